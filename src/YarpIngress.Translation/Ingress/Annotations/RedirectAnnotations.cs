using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Redirects; see <see cref="RedirectSettings"/> and <see cref="RedirectPolicy"/>. What others depend on is read first.</summary>
internal static class RedirectAnnotations
{
    private const string Url = "URL with http:// or https://, or path; nginx's variables are filled in";
    private const string Variables = "variables such as $request_uri are filled in; ingress-nginx refuses them unless "
        + "annotations are not validated";

    public static readonly IReadOnlyList<Annotation> All =
    [
        Setting("ssl-redirect", "true or false", "as the ConfigMap says (true)",
            "Whether requests over plain HTTP are sent to HTTPS when the host has a certificate.", "false",
            (redirects, text) => redirects with { ToHttps = SettingValue.Bool(text) }),
        Setting("force-ssl-redirect", "true or false", "as the ConfigMap says (false)",
            "The same, whether the host has a certificate or not.", "true",
            (redirects, text) => redirects with { ForceHttps = SettingValue.Bool(text) }, AnnotationRisk.Medium),
        Setting("preserve-trailing-slash", "true or false", "as the ConfigMap says (false)",
            "Whether the redirect to HTTPS keeps a slash at the end of the URL.", "true",
            (redirects, text) => redirects with { PreserveTrailingSlash = SettingValue.Bool(text) }, AnnotationRisk.Medium),
        Setting("use-port-in-redirects", "true or false", "as the ConfigMap says (false)",
            "Whether the redirect to HTTPS names the HTTPS port.", "true",
            (redirects, text) => redirects with { UsePort = SettingValue.Bool(text) }),
        Setting("relative-redirects", "true or false", "as the ConfigMap says (false)",
            "Whether the Location of a redirect to a path names no host.", "true",
            (redirects, text) => redirects with { Relative = SettingValue.Bool(text) }),
        Setting("permanent-redirect-code", "300 to 308", "301", "Status of permanent-redirect.", "308",
            (redirects, text) => redirects with { PermanentStatus = SettingValue.Whole(text, 300, 308) }),
        Setting("temporal-redirect-code", "300 to 307", "302", "Status of temporal-redirect.", "307",
            (redirects, text) => redirects with { TemporalStatus = SettingValue.Whole(text, 300, 307) }),

        new("permanent-redirect", AnnotationRisk.Medium, Url, "none: requests go to the backend",
            "Sends requests to another URL with status 301; the path is not appended. Comes before authentication and limits.",
            (policies, text) => policies with { Redirect = To(text, policies.Redirects, policies.Redirects.PermanentStatus) })
        {
            Example = "https://www.example.com",
            Difference = Variables,
        },
        // Read after permanent-redirect, over which it wins.
        new("temporal-redirect", AnnotationRisk.Medium, Url, "none: requests go to the backend, or where permanent-redirect sends them",
            "Sends requests to another URL with status 302; wins over permanent-redirect.",
            (policies, text) => policies with { Redirect = To(text, policies.Redirects, policies.Redirects.TemporalStatus) })
        {
            Example = "https://maintenance.example.com",
            Difference = Variables,
        },
    ];

    private static RedirectPolicy To(string text, RedirectSettings redirects, int status) =>
        new() { Location = RedirectTarget.Read(text, redirects), Status = status };

    private static Annotation Setting(
        string name, string values, string byDefault, string doc, string example, Func<RedirectSettings, string, RedirectSettings> set,
        AnnotationRisk risk = AnnotationRisk.Low) =>
        new(name, risk, values, byDefault, doc, (policies, text) => policies with { Redirects = set(policies.Redirects, text) })
        {
            Example = example,
        };
}
