namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>What <c>ssl-passthrough</c> leaves of the other annotations of its hosts.</summary>
internal static class PassthroughAnnotations
{
    /// <summary>Those that do all they are for: they decide about connections, or about requests in clear, or where those go.</summary>
    private static readonly HashSet<string> Kept =
    [
        "ssl-passthrough", "server-alias", "allowlist-source-range", "denylist-source-range", "from-to-www-redirect",
        "ssl-redirect", "force-ssl-redirect", "preserve-trailing-slash", "use-port-in-redirects", "relative-redirects",
        "backend-protocol", "service-upstream",
    ];

    /// <summary>The annotations that requests over TLS that is passed through know nothing of, by name.</summary>
    public static IReadOnlyList<string> WithoutEffect(AnnotationSource source)
    {
        if (!source.Settings.EnableSslPassthrough)
            return [];
        return
        [
            .. source.Values.Keys
                .Select(key => IngressAnnotations.NameOf(key, source.Settings.AnnotationsPrefix))
                .OfType<string>()
                .Where(name => IngressAnnotations.ByName.GetValueOrDefault(name) is { } known && !Kept.Contains(known.Name))
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }
}
