using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>YARP's dialect: which endpoint serves a request, and whether a browser stays with it.</summary>
internal static class DialectBalancingAnnotations
{
    public static readonly IReadOnlyList<Annotation> All =
    [
        new("load-balancing", AnnotationRisk.Low, "RoundRobin, LeastRequests, PowerOfTwoChoices, Random or FirstAlphabetical",
            "as the ConfigMap says, else RoundRobin",
            "How the endpoint of a request is chosen.",
            (policies, text) => BalancingAnnotations.With(policies, balancing => balancing with { Algorithm = AlgorithmOf(text) }))
        {
            OwnOnly = true,
            Scope = AnnotationScope.Backend,
            Overrides = ["load-balance"],
            Example = "LeastRequests",
        },
        new("session-affinity", AnnotationRisk.Medium, "YAML of YARP's SessionAffinityConfig", "none",
            "The requests of one browser go to one endpoint, which a cookie tells.",
            (policies, text) => policies with { Affinity = AffinityOf(text) })
        {
            OwnOnly = true,
            Scope = AnnotationScope.Backend,
            Overrides = ["affinity"],
            Example = "Enabled: true\nPolicy: HashCookie\nAffinityKeyName: route\nCookie:\n  SameSite: Lax\n",
            Difference = "every policy is a cookie of our own form; CustomHeader and Return503Error are refused, "
                + "and the cookie is always HttpOnly",
        },
    ];

    private static BalancingAlgorithm AlgorithmOf(string text) => SettingValue.Word(
        text.Trim(), ("RoundRobin", BalancingAlgorithm.RoundRobin), ("LeastRequests", BalancingAlgorithm.LeastConnections),
        ("PowerOfTwoChoices", BalancingAlgorithm.PowerOfTwoChoices), ("Random", BalancingAlgorithm.Random),
        ("FirstAlphabetical", BalancingAlgorithm.First));

    private static AffinityPolicy? AffinityOf(string text)
    {
        var fields = DialectFields.Map(text);
        var enabled = fields.Bool("Enabled") ?? false;
        fields.Word("Policy", ("HashCookie", true), ("Cookie", true), ("ArrCookie", true));
        fields.Word("FailurePolicy", ("Redistribute", true));
        var name = fields.Text("AffinityKeyName");
        var cookie = fields.Inner("Cookie");
        fields.End();
        if (name is not null && !HeaderText.IsName(name))
            throw fields.Wrong("AffinityKeyName", "must be the name of a cookie");
        var affinity = new AffinityPolicy
        {
            Enabled = true,
            Mode = AffinityMode.Persistent,
            CookieName = name ?? ".Yarp.Affinity",
            CookiePath = "/",
            ChangeOnFailure = true,
        };
        affinity = cookie is null ? affinity : WithCookie(affinity, cookie);
        return enabled ? affinity : null;
    }

    private static AffinityPolicy WithCookie(AffinityPolicy affinity, DialectFields cookie)
    {
        var path = cookie.Text("Path");
        var domain = cookie.Text("Domain");
        var sameSite = cookie.Word(
            "SameSite", ("Unspecified", (CookieSameSite)(-1)), ("None", CookieSameSite.None), ("Lax", CookieSameSite.Lax),
            ("Strict", CookieSameSite.Strict));
        var maxAge = cookie.Time("MaxAge");
        var expires = cookie.Time("Expiration");
        var secure = cookie.Word("SecurePolicy", ("SameAsRequest", false), ("None", false), ("Always", true)) ?? false;
        if (cookie.Bool("HttpOnly") is false)
            throw cookie.Wrong("HttpOnly", "can't be anything but true here");
        // Says nothing to a browser.
        cookie.Bool("IsEssential");
        cookie.End();
        if (path is not null && !IsAttribute(path))
            throw cookie.Wrong("Path", "must be a path");
        if (domain is not null && !IsAttribute(domain))
            throw cookie.Wrong("Domain", "must be a domain");
        return affinity with
        {
            CookiePath = path is null ? "/" : path[0] == '/' ? path : "/" + path,
            CookieDomain = domain,
            SameSite = sameSite is { } some && Enum.IsDefined(some) ? some : null,
            MaxAge = maxAge is { } age ? (int)age.TotalSeconds : null,
            Expires = expires is { } time ? (int)time.TotalSeconds : null,
            Secure = secure,
        };
    }

    private static bool IsAttribute(string text) => text.Length <= 1024 && text.All(c => c is > ' ' and <= '~' and not (';' or ',' or '"'));
}
