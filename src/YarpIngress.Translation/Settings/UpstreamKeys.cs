using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;
using static YarpIngress.Translation.Settings.UpstreamValue;

namespace YarpIngress.Translation.Settings;

/// <summary>What applies to the backends and bodies of Ingresses that do not say otherwise by an annotation of the same name.</summary>
internal static class UpstreamKeys
{
    private const string Seconds = "whole number of seconds from 1";
    private const string Bytes = "bytes, or with k, m or g behind";
    private const int MostMemory = 64 * 1024 * 1024;

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Backend("proxy-connect-timeout", Seconds, "5", "How long an attempt to connect to an endpoint may take.",
            (backend, text) => backend with { ConnectTimeout = Timeout(text, BackendPolicy.DefaultConnectTimeout) }),
        Backend("proxy-read-timeout", Seconds, "60", "How long an endpoint may send nothing.",
            (backend, text) => backend with { ReadTimeout = Timeout(text, BackendPolicy.DefaultActivityTimeout) }),
        Backend("proxy-send-timeout", Seconds, "60", "How long an endpoint may take nothing.",
            (backend, text) => backend with { SendTimeout = Timeout(text, BackendPolicy.DefaultActivityTimeout) }),
        Key("proxy-http-version", "1.0 or 1.1", "1.1", "The version of HTTP that is spoken to endpoints; 1.0 reads request bodies whole.",
            (routes, text) => routes.WithBackend(backend => backend with { Http10 = IsHttp10(text) })),
        Backend("service-upstream", "true or false", "false", "Whether requests go to cluster IPs instead of endpoints.",
            (backend, text) => backend with { ServiceUpstream = Bool(text) }),
        Key("proxy-next-upstream", $"{ConditionWords}, with spaces between", "error timeout",
            "After which failures another endpoint is tried.",
            (routes, text) => WithNextUpstream(routes, next => next with { Conditions = NextUpstream(text) })),
        Key("proxy-next-upstream-timeout", "whole number of seconds; 0 for no limit", "0",
            "How long after the first try another may begin.",
            (routes, text) => WithNextUpstream(routes, next => next with { Timeout = TimeSpan.FromSeconds(Whole(text, 0, int.MaxValue)) })),
        Key("proxy-next-upstream-tries", "whole number; 0 for every endpoint once", "3", "How many tries there are at most.",
            (routes, text) => WithNextUpstream(routes, next => next with { Tries = Whole(text, 0, int.MaxValue) })),
        // After proxy-next-upstream: keys are read in the order of their names.
        Key("retry-non-idempotent", "true or false", "false", "Whether POST, LOCK and PATCH are tried again as other methods are.",
            (routes, text) => Bool(text)
                ? WithNextUpstream(routes, next => next with { Conditions = next.Conditions | NextUpstreamConditions.NonIdempotent })
                : routes),
        Key("proxy-body-size", $"{Bytes}; 0 for no limit", "1m", "How large the body of a request may be.",
            (routes, text) => routes with { MaximumBodySize = Size(text, long.MaxValue) }),
        Buffering("client-body-buffer-size", Bytes, "8k", "How much of a body that is read whole stays in memory.",
            (buffering, text) => buffering with { RequestMemory = (int)Size(text, MostMemory) }),
        Buffering("proxy-request-buffering", "on or off", "off", "Whether bodies of requests are read whole before they are sent.",
            (buffering, text) => buffering with { Requests = OnOff(text) }) with
        {
            Difference = "on by default there; here bodies stream to pods, and are read whole where that is asked for.",
        },
        Buffering("proxy-buffering", "on or off", "off", "Whether answers are taken from endpoints as fast as they come.",
            (buffering, text) => buffering with { Responses = OnOff(text) }),
        Key("proxy-buffer-size", Bytes, "4k", "The size of a buffer for answers.", WithBufferSize) with
        {
            Difference = "The head of an answer may have 64k whatever the size is, and more where the size is larger.",
        },
        Buffering("proxy-buffers-number", "whole number from 1", "4", "How many buffers an answer has with proxy-buffering on.",
            (buffering, text) => buffering with { Buffers = Whole(text, 1, 1024) }),
        Buffering("proxy-max-temp-file-size", $"{Bytes}; 0 for none", "1024m",
            "How much of an answer goes to a file with proxy-buffering on.",
            (buffering, text) => buffering with { MaximumFileSize = Size(text, long.MaxValue) }),
        KeepAlive("upstream-keepalive-connections", "whole number; 0 uses each connection once", "1024",
            "How many connections wait for the next request of each endpoint.",
            (keep, text) => keep with { Connections = Whole(text, 0, 1_000_000) }) with
        {
            Difference = "320 in all for each process by default there; here the number is for each endpoint.",
        },
        KeepAlive("upstream-keepalive-timeout", Seconds, "60", "How long a connection to an endpoint waits for its next request.",
            (keep, text) => keep with { Timeout = SettingValue.Seconds(text) }),
        KeepAlive("upstream-keepalive-time", "a duration such as 90s, 30m or 1h", "2m",
            "How long a connection to an endpoint is used at all.",
            (keep, text) => keep with { Time = Duration(text) }) with
        {
            Difference = "1h by default there; here names may lead elsewhere after 2m.",
        },
        KeepAlive("upstream-keepalive-requests", "whole number from 1", "no limit", "How many requests a connection to an endpoint serves.",
            (keep, text) => keep with { Requests = Whole(text, 1, int.MaxValue) }) with
        {
            Difference = "10000 by default there, to free what nginx keeps for a connection; here nothing is kept.",
        },
        new("proxy-ssl-location-only", "true or false", "true",
            "Taken for what it is in other gateways: proxy-ssl-* annotations apply to the paths of their own Ingress in any case.",
            (settings, text) =>
            {
                _ = Bool(text);
                return settings;
            })
        {
            Difference = "false by default there, where the annotations of one Ingress then reach other paths of its host.",
        },
    ];

    private static GlobalKey KeepAlive(
        string name, string values, string byDefault, string doc, Func<UpstreamKeepAlive, string, UpstreamKeepAlive> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { KeepAlive = set(settings.KeepAlive, text) });

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<RoutePolicies, string, RoutePolicies> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Routes = set(settings.Routes, text) });

    private static GlobalKey Backend(
        string name, string values, string byDefault, string doc, Func<BackendPolicy, string, BackendPolicy> set) =>
        Key(name, values, byDefault, doc, (routes, text) => routes.WithBackend(backend => set(backend, text)));

    private static GlobalKey Buffering(
        string name, string values, string byDefault, string doc, Func<BufferingPolicy, string, BufferingPolicy> set) =>
        Key(name, values, byDefault, doc, (routes, text) => routes.WithBuffering(buffering => set(buffering, text)));
}
