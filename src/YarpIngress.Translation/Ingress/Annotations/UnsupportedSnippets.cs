namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Text for nginx's configuration. There is none here, and text of a tenant is never run.</summary>
internal static class UnsupportedSnippets
{
    private const string Reason = "is text for nginx's configuration, which does not exist here, and text of a tenant is never run";

    public static readonly IReadOnlyList<UnsupportedAnnotation> All =
    [
        Snippet("configuration-snippet", AnnotationScope.Ingress,
            "use the annotations that do the same; problems and yarp-ingress migrate name them for what is in it"),
        Snippet("server-snippet", AnnotationScope.Host,
            "use the annotations that do the same; problems and yarp-ingress migrate name them for what is in it"),
        Snippet("stream-snippet", AnnotationScope.Gateway,
            "name TCP and UDP ports in the ConfigMaps of --tcp-services-configmap and --udp-services-configmap"),
        // Whatever is in it decides about what the authentication service is asked, and hence whom it lets in.
        Snippet("auth-snippet", AnnotationScope.Ingress,
            "use auth-proxy-set-headers and auth-method, or settings of the authentication service") with
        {
            Closes = Closes.Routes,
            Needs = "auth-url",
        },
        Snippet("modsecurity-snippet", AnnotationScope.Ingress,
            "put a web application firewall in front of the gateway or of the pods") with
        {
            Needs = "enable-modsecurity",
        },
    ];

    private static UnsupportedAnnotation Snippet(string name, AnnotationScope scope, string instead) =>
        new(name, AnnotationRisk.Critical, Unsupported.ByDesign, "text for nginx's configuration", Reason, instead)
        {
            Scope = scope,
            Nothing = [""],
            IsSnippet = true,
        };
}
