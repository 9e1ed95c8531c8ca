using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>Values about upstreams that annotations and keys of the ConfigMap share.</summary>
internal static class UpstreamValue
{
    /// <summary>A head may always have this much, whatever <c>proxy-buffer-size</c> says: nginx's 4k breaks what browsers accept.</summary>
    public const int LeastHeadSize = 64 * 1024;

    private const int MostHeadSize = 1024 * 1024;

    private static readonly (string Word, NextUpstreamConditions Value)[] Conditions =
    [
        ("error", NextUpstreamConditions.Error), ("timeout", NextUpstreamConditions.Timeout),
        ("invalid_header", NextUpstreamConditions.InvalidHeader), ("http_500", NextUpstreamConditions.Http500),
        ("http_502", NextUpstreamConditions.Http502), ("http_503", NextUpstreamConditions.Http503),
        ("http_504", NextUpstreamConditions.Http504), ("http_403", NextUpstreamConditions.Http403),
        ("http_404", NextUpstreamConditions.Http404), ("http_429", NextUpstreamConditions.Http429),
        ("non_idempotent", NextUpstreamConditions.NonIdempotent), ("off", NextUpstreamConditions.Off),
    ];

    /// <summary>Every word of <c>proxy-next-upstream</c>, for people.</summary>
    public static readonly string ConditionWords = string.Join(", ", Conditions.Select(one => one.Word));

    public static bool IsHttp10(string text) => SettingValue.Word(text.Trim(), ("1.0", true), ("1.1", false));

    /// <summary>Null for what is the default anyhow.</summary>
    public static TimeSpan? Timeout(string text, TimeSpan byDefault) =>
        SettingValue.Seconds(text) is var time && time == byDefault ? null : time;

    /// <summary>The conditions with spaces between; <c>off</c> wins over all others.</summary>
    public static NextUpstreamConditions NextUpstream(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw new FormatException($"must be some of {ConditionWords}, with spaces between");
        var conditions = words.Select(word => SettingValue.Word(word, Conditions)).ToList();
        return conditions.Contains(NextUpstreamConditions.Off)
            ? NextUpstreamConditions.Off
            : conditions.Aggregate((all, one) => all | one);
    }

    /// <summary>A change of <see cref="BackendPolicy.NextUpstream"/>, which is null again when it is the default.</summary>
    public static RoutePolicies WithNextUpstream(RoutePolicies policies, Func<NextUpstreamPolicy, NextUpstreamPolicy> change) =>
        policies.WithBackend(backend => backend with
        {
            NextUpstream = change(backend.NextUpstream ?? NextUpstreamPolicy.Default) is var changed
                && changed == NextUpstreamPolicy.Default
                ? null
                : changed,
        });

    /// <summary><c>proxy-buffer-size</c> is the room for the head of an answer, and the size of the buffers for its body.</summary>
    public static RoutePolicies WithBufferSize(RoutePolicies policies, string text)
    {
        var size = (int)SettingValue.Size(text, MostHeadSize);
        if (size == 0)
            throw new FormatException("must be a number of bytes above 0");
        return policies
            .WithBackend(backend => backend with { MaximumHeadSize = size > LeastHeadSize ? size : null })
            .WithBuffering(buffering => buffering with { BufferSize = size });
    }
}
