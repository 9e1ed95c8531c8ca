using static YarpIngress.Translation.Ingress.Annotations.AnnotationRisk;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Modules of nginx, and knobs of parts that do not exist here.</summary>
internal static class UnsupportedByDesign
{
    /// <summary>How ingress-nginx reads "no".</summary>
    internal static readonly string[] Off = ["", "0", "f", "F", "false", "FALSE", "False"];

    private const string Firewall = "put a web application firewall in front of the gateway or of the pods";
    private const string Modules = "is a module of nginx, which is not here";

    public static readonly IReadOnlyList<UnsupportedAnnotation> All =
    [
        new("enable-modsecurity", Low, Unsupported.ByDesign, "true or false", Modules, Firewall)
        {
            Closes = Closes.Routes,
            Nothing = Off,
        },
        new("enable-owasp-core-rules", Low, Unsupported.ByDesign, "true or false", Modules, Firewall)
        {
            Closes = Closes.Routes,
            Needs = "enable-modsecurity",
            Nothing = Off,
        },
        new("modsecurity-transaction-id", High, Unsupported.ByDesign, "an nginx variable", Modules,
            "X-Request-ID is sent to every pod and logged"),
        new("fastcgi-index", Medium, Unsupported.ByDesign, "file name", "belongs to FastCGI, which is not spoken here",
            "let an HTTP server such as Caddy or nginx run beside the FastCGI process, in its pod"),
        new("fastcgi-params-configmap", Medium, Unsupported.ByDesign, "ConfigMap", "belongs to FastCGI, which is not spoken here",
            "let an HTTP server such as Caddy or nginx run beside the FastCGI process, in its pod"),
        new("proxy-busy-buffers-size", Low, Unsupported.NoMeaning, "size", "divides nginx's buffers, and answers are not kept in such here",
            "remove it"),
        new("proxy-max-temp-file-size", Low, Unsupported.NoMeaning, "size",
            "bounds nginx's temporary files, and no answer is written to one here",
            "remove it"),
        new("http2-push-preload", Low, Unsupported.NoMeaning, "true or false",
            "asks for HTTP/2 server push, which browsers and nginx have dropped",
            "remove it, or let the application answer 103 or send Link headers, which pass") { Nothing = Off },
        new("enable-rewrite-log", Low, Unsupported.NoMeaning, "true or false", "belongs to nginx's own log",
            "ask: yarp-ingress explain URL shows how a request is routed and rewritten") { Nothing = Off },
    ];
}
