using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about TCP and UDP ports.</summary>
internal static class StreamKeys
{
    private const string Time = "seconds, or with s, m, h or d behind";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key("proxy-stream-timeout", Time, "600s",
            "How long nothing may come from either side of a TCP connection or UDP session before it is ended.",
            (streams, text) => streams with { IdleTimeout = Duration(text) }),
        Key("proxy-stream-next-upstream", "true or false", "true", "Whether another endpoint is tried when one takes no TCP connection.",
            (streams, text) => streams with { NextUpstream = Bool(text) }),
        Key("proxy-stream-next-upstream-timeout", $"{Time}; 0 for no limit", "600s", "How long after the first try another may begin.",
            (streams, text) => streams with { NextUpstreamTimeout = text.Trim() is "0" or "0s" ? TimeSpan.Zero : Duration(text) }),
        Key("proxy-stream-next-upstream-tries", "whole number; 0 for every endpoint once", "3", "How many tries there are at most.",
            (streams, text) => streams with { NextUpstreamTries = Whole(text.Trim(), 0, int.MaxValue) }),
        Key("proxy-stream-responses", "whole number", "1",
            "How many datagrams answer one of a client's: with them its UDP session ends, and its next datagram may go elsewhere.",
            (streams, text) => streams with { Responses = Whole(text.Trim(), 0, int.MaxValue) }),
    ];

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<StreamSettings, string, StreamSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Stream = set(settings.Stream, text) });
}
