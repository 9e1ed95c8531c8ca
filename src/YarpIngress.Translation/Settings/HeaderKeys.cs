using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;
using static YarpIngress.Translation.Settings.SettingValue;

namespace YarpIngress.Translation.Settings;

/// <summary>The keys about headers.</summary>
internal static class HeaderKeys
{
    private const string AddHeaders = "add-headers";
    private const string SetHeaders = "proxy-set-headers";
    private const string OriginalUri = "X-Original-URI";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Key(AddHeaders, "a ConfigMap, as namespace/name", "none", "Sets the headers that the ConfigMap holds on every answer.",
            (headers, text) => headers with { AddFrom = Named(text) }),
        Key(SetHeaders, "a ConfigMap, as namespace/name", "none",
            "Sets the headers that the ConfigMap holds, which may have variables, on every request to a pod.",
            (headers, text) => headers with { RequestsFrom = Named(text) }),
        Key("proxy-add-original-uri-header", "true or false", "false",
            "Whether pods get X-Original-URI: path and query as the client sent them, before any rewrite.",
            (headers, text) => headers with { OriginalUri = Bool(text) }),
        Key("hide-headers", "names of headers with commas between", "none", "Headers of pods' answers that clients do not get.",
            (headers, text) => headers with { Hidden = HeaderText.Names(text).ToEquatableArray() }) with
        {
            Closed = (settings, text) => settings with
            {
                Headers = settings.Headers with { Hidden = HeaderText.NamesIn(text).ToEquatableArray() },
            },
            Instead = "what of it are names of headers is hidden",
        },
        Key("server-tokens", "true or false", "false", "Whether the Server header of answers tells the gateway's version.",
            (headers, text) => headers with { ServerTokens = Bool(text) }) with
        {
            Difference = "There no answer has that header then, the pod's neither, unless allow-backend-server-header is on.",
        },
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
        var uses = new List<ObjectUse>();
        foreach (var name in (string[])[AddHeaders, SetHeaders])
        {
            try
            {
                if (Named(settings?.Data?.GetValueOrDefault(name) ?? "") is { } key)
                    uses.Add(new ObjectUse(new NamedObject(NamedKind.ConfigMap, key), Field(name)));
            }
            catch (FormatException)
            {
                continue; // A problem of the ConfigMap, told when it is read.
            }
        }
        return uses;
    }

    /// <summary>Looks at the ConfigMaps that <paramref name="settings"/> name.</summary>
    public static GlobalSettings Resolve(GlobalSettings settings, Func<ObjectKey, V1ConfigMap?> configMaps, ProblemList problems)
    {
        var headers = settings.Headers;
        if (headers.AddFrom is { } answers)
            headers = headers with { Added = Read(answers, AddHeaders, configMaps(answers), Answer, problems) };
        if (headers.RequestsFrom is { } requests)
            headers = headers with { Requests = Read(requests, SetHeaders, configMaps(requests), Request, problems) };
        if (headers.OriginalUri && !headers.Requests.Any(header => header.Name.Equals(OriginalUri, StringComparison.OrdinalIgnoreCase)))
            headers = headers with
            {
                Requests = headers.Requests.Append(new RequestHeader(OriginalUri, VariableText.Parse("$request_uri"))).ToEquatableArray(),
            };
        return settings with { Headers = headers };
    }

    private static EquatableArray<T> Read<T>(
        ObjectKey key, string setting, V1ConfigMap? map, Func<string, string, T> read, ProblemList problems)
    {
        if (map is null)
            problems.Error(
                ProblemReasons.ConfigMapNotFound, Field(setting), $"ConfigMap {key} does not exist; no header is set until it does");
        var headers = new List<T>();
        foreach (var (name, value) in (map?.Data ?? []).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            try
            {
                headers.Add(read(HeaderText.Name(name), HeaderText.IsValue(value ?? "")
                    ? value ?? ""
                    : throw new FormatException("must have a value that is one line of visible ASCII")));
            }
            catch (FormatException error)
            {
                problems.Error(
                    ProblemReasons.InvalidSetting, Field(setting),
                    $"header {Quoted.Value(name)} of ConfigMap {key} {error.Message}; it is not set");
            }
        }
        return headers.ToEquatableArray();
    }

    private static HeaderValue Answer(string name, string value) => new(name, value);

    private static RequestHeader Request(string name, string value) => name.Equals("Host", StringComparison.OrdinalIgnoreCase)
        ? throw new FormatException("is set by upstream-vhost")
        : new RequestHeader(name, VariableText.Parse(value));

    private static ObjectKey? Named(string text) => text.Trim().Length == 0 ? null : ObjectName.Parse(NamedKind.ConfigMap, text, null);

    private static string Field(string name) => $"data.{name}";

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<HeaderSettings, string, HeaderSettings> set) =>
        new(name, values, byDefault, doc, (settings, text) => settings with { Headers = set(settings.Headers, text) });
}
