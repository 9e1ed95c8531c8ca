namespace YarpIngress.Translation.Settings;

/// <summary>Every key of the global ConfigMap. A key is added here, or to the list of its feature, and nowhere else.</summary>
public static class GlobalKeys
{
    /// <summary>In the order of the documentation.</summary>
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("generate-request-id", "true or false", "true", "Whether a request without X-Request-ID gets one.",
            (settings, text) => settings with { GenerateRequestId = SettingValue.Bool(text) }),
        .. ReferenceKeys.All,
        .. RestrictionKeys.All,
        .. AccessKeys.All,
        .. ClientKeys.All,
        .. AddressKeys.All,
        .. BlockKeys.All,
        .. GlobalAuthKeys.All,
        .. HeaderKeys.All,
        .. HstsKeys.All,
        .. TlsKeys.All,
        .. AnswerRewriteKeys.All,
        .. ErrorKeys.All,
        .. AccessLogKeys.All,
        .. TracingKeys.All,
        .. MetricsKeys.All,
        .. RedirectKeys.All,
        .. DialectKeys.All,
        .. UpstreamKeys.All,
        .. LimitKeys.All,
        .. CompressionKeys.All,
        .. BalancingKeys.All,
        .. ListenerKeys.All,
        .. StreamKeys.All,
        .. ProcessKeys.All,
    ];

    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, GlobalKey> ByName = All.ToDictionary(key => key.Name);
}
