using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about headers of answers.</summary>
internal static class HeaderKeys
{
    private const string AddHeaders = "add-headers";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key(AddHeaders, "a ConfigMap, as namespace/name", "none", "Sets the headers that the ConfigMap holds on every answer.",
            (headers, text) => headers with { AddFrom = text.Length == 0 ? null : ObjectName.Parse(NamedKind.ConfigMap, text, null) }),
        Key("hide-headers", "names of headers with commas between", "none", "Headers of pods' answers that clients do not get.",
            (headers, text) => headers with { Hidden = HeaderText.Names(text).ToEquatableArray() }),
        Key("server-tokens", "true or false", "false", "Whether the Server header of answers tells the gateway's version.",
            (headers, text) => headers with { ServerTokens = Bool(text) }),
        Key("allow-backend-server-header", "true or false", "false",
            "Whether the Server header of a pod's answer passes in place of the gateway's.",
            (headers, text) => headers with { AllowBackendServer = Bool(text) }),
        Key("global-allowed-response-headers", "names of headers with commas between", "none",
            "What custom-headers may set; a header that is not in it closes the routes that ask for it.",
            (headers, text) => headers with { AllowedResponseHeaders = HeaderText.Names(text).ToEquatableArray() }),
    ];

    /// <summary>The ConfigMaps that settings name, as far as they are named rightly.</summary>
    public static IReadOnlyList<ObjectUse> Objects(V1ConfigMap? settings)
    {
        if (settings?.Data?.GetValueOrDefault(AddHeaders) is not { Length: > 0 } text)
            return [];
        try
        {
            return [new(new NamedObject(NamedKind.ConfigMap, ObjectName.Parse(NamedKind.ConfigMap, text, null)), Field(AddHeaders))];
        }
        catch (FormatException)
        {
            return []; // A problem of the ConfigMap, told when it is read.
        }
    }

    /// <summary>Looks at the ConfigMaps that <paramref name="settings"/> name.</summary>
    public static GlobalSettings Resolve(GlobalSettings settings, Func<ObjectKey, V1ConfigMap?> configMaps, ProblemList problems)
    {
        if (settings.Headers.AddFrom is not { } key)
            return settings;
        return settings with { Headers = settings.Headers with { Added = Headers(key, AddHeaders, configMaps(key), problems) } };
    }

    private static EquatableArray<HeaderValue> Headers(ObjectKey key, string setting, V1ConfigMap? map, ProblemList problems)
    {
        if (map is null)
            problems.Error(ProblemReasons.ConfigMapNotFound, Field(setting), $"ConfigMap {key} does not exist; no header is set until it does");
        var headers = new List<HeaderValue>();
        foreach (var (name, value) in (map?.Data ?? []).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            if (HeaderText.IsName(name) && !HeaderText.IsFraming(name) && HeaderText.IsValue(value ?? ""))
                headers.Add(new HeaderValue(name, value ?? ""));
            else
                problems.Error(
                    ProblemReasons.InvalidSetting, Field(setting),
                    $"header {Quoted.Value(name)} of ConfigMap {key} has no name or value that can be sent, or frames the message; it is not set");
        }
        return headers.ToEquatableArray();
    }

    private static string Field(string name) => $"data.{name}";

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<HeaderSettings, string, HeaderSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Headers = set(settings.Headers, text) });
}
