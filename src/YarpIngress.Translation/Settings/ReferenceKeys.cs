namespace YarpIngress.Translation.Settings;

/// <summary>The keys that say what annotations may name.</summary>
internal static class ReferenceKeys
{
    public static readonly IReadOnlyList<GlobalKey> All =
    [
        new("allow-cross-namespace-resources", "true or false", "false",
            "Whether annotations may name ConfigMaps and Secrets of other namespaces.",
            (settings, text) => settings with { AllowCrossNamespace = SettingValue.Bool(text) }),
    ];
}
