using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What concerns whole hosts; see <see cref="HostPolicy"/>.</summary>
internal static class HostAnnotations
{
    private const int Longest = 2048;
    private const int MostAliases = 100;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("app-root", AnnotationRisk.Medium, "path", "none",
            "Sends requests for / of the hosts to this path with status 302, before anything else is decided.",
            (policies, text) => With(policies, host => host with { AppRoot = Path(text) }))
        {
            Scope = AnnotationScope.Host,
            Example = "/app",
        },
        new("server-alias", AnnotationRisk.High, "hosts with commas between: names, *.parent, or ~regular expression", "none",
            "Further names of the Ingress's hosts. Of a host's Ingresses the oldest that sets it counts; a name that a rule has is not "
            + "an alias.",
            (policies, text, source) => With(policies, host => host with { Aliases = Aliases(text, source).ToEquatableArray() }))
        {
            Scope = AnnotationScope.Host,
            Example = "www.example.net, *.example.org",
        },
        new("from-to-www-redirect", AnnotationRisk.Low, "true or false", "false",
            "Sends www.host to the host, or the host without www. to the one with it, with the status of http-redirect-code.",
            (policies, text) => With(policies, host => host with { RedirectsWww = SettingValue.Bool(text) }))
        {
            Scope = AnnotationScope.Host,
            Example = "true",
        },
        new("ssl-ciphers", AnnotationRisk.Low, "OpenSSL's names of ciphers, with colons between", "those of the ConfigMap's ssl-ciphers",
            "The ciphers of TLS 1.2 for the Ingress's hosts. Of a host's Ingresses the oldest that sets them counts.",
            (policies, text) => With(policies, host => host with { Ciphers = CipherNames.Normalize(text) }))
        {
            Scope = AnnotationScope.Host,
            Example = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256",
            Difference = "Classes such as HIGH or !aNULL have no effect: what the platform allows has no weak ciphers in it; what it does "
                + "not speak is left out. "
                + "Sessions of such a host are not resumed, since .NET can't do both.",
        },
        new("ssl-prefer-server-ciphers", AnnotationRisk.Low, "true", "true",
            "Whether the gateway's order of ciphers counts and not the client's.",
            PrefersOwnCiphers)
        {
            Scope = AnnotationScope.Host,
            Example = "true",
            Difference = "It can't be switched off.",
        },
        new("ssl-passthrough", AnnotationRisk.Low, "true or false", "false",
            "Sends TLS connections for the Ingress's hosts to the Service of path / as they are, by the name that the client asks for; any "
            + "Ingress of a host turns it on. Needs the flag --enable-ssl-passthrough.",
            Passthrough)
        {
            Scope = AnnotationScope.Host,
            Example = "true",
            Difference = "Wildcard hosts and server-alias count too. Of a Service without cluster IP the endpoints are connected to in "
                + "their turn. Address lists and block-cidrs are kept; where a path that leads to the same Service has "
                + "another protection (a login, external authentication, client certificates, or one that can't be given), TLS ends "
                + "at the gateway, with a problem, rather than pass the protection by. All other annotations apply to requests in "
                + "clear only; a problem names those that an Ingress has.",
        },
    ];

    private static RoutePolicies Passthrough(RoutePolicies policies, string text, AnnotationSource source)
    {
        if (!SettingValue.Bool(text))
            return With(policies, host => host with { SslPassthrough = false });
        if (source.Settings.EnableSslPassthrough)
            return With(policies, host => host with { SslPassthrough = true });
        source.Problems.Warning(
            ProblemReasons.UnsupportedAnnotation, source.Field("ssl-passthrough"),
            "ssl-passthrough needs the flag --enable-ssl-passthrough, which is not set; TLS ends at the gateway");
        return policies;
    }

    private static RoutePolicies PrefersOwnCiphers(RoutePolicies policies, string text, AnnotationSource source)
    {
        if (!SettingValue.Bool(text.Trim()))
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field("ssl-prefer-server-ciphers"),
                $"value {Quoted.Value(text)} has no effect, since the runtime always follows the gateway's order");
        return policies;
    }

    private static RoutePolicies With(RoutePolicies policies, Func<HostPolicy, HostPolicy> set) =>
        policies with { Host = set(policies.Host ?? new HostPolicy()) };

    private static string Path(string text) =>
        text.Length is > 0 and <= Longest && text[0] == '/' && !text.StartsWith("//", StringComparison.Ordinal)
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny("\"<>\\^`|$") < 0
            ? text
            : throw new FormatException($"must be a path of at most {Longest} characters that begins with one slash");

    private static IEnumerable<string> Aliases(string text, AnnotationSource source)
    {
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > MostAliases)
            throw new FormatException($"must name at most {MostAliases} hosts");
        foreach (var name in names)
        {
            var why = "";
            var alias = name[0] == '~' ? name : HostName.Normalize(name, out why);
            if (name[0] == '~')
                why = name.Length > 1 ? PathPattern.Refusal(name[1..]) ?? "" : "there is no expression behind ~";
            if (why.Length == 0)
                yield return alias!;
            else
                source.Problems.Error(
                    ProblemReasons.InvalidAnnotation, source.Field("server-alias"),
                    $"alias {Quoted.Value(name)} can't be served: {why}; it is ignored");
        }
    }
}
