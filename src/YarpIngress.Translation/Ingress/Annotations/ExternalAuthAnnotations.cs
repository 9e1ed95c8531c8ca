using System.Globalization;
using YarpIngress.Translation.Ingress.References;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;
using static YarpIngress.Translation.Settings.ExternalAuthValue;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>Another service is asked about each request; see <see cref="ExternalAuthPolicy"/>.</summary>
internal static class ExternalAuthAnnotations
{
    private const string Url = "auth-url";
    private const string SetHeaders = "auth-proxy-set-headers";

    public static readonly IReadOnlyList<Annotation> All =
    [
        Closing(Url, AnnotationRisk.High, "a URL of http or https, which may hold variables", "none",
            "Asks another service about each request, without its body, before anything else serves it: 2xx lets it pass, 401 and 403 are "
            + "what the client gets, and anything else, or no answer within proxy-read-timeout, is 500.",
            (auth, text) => auth with { Url = AuthUrl.Parse(text) }) with
        {
            Difference = "In the host there are only variables that clients can't choose, and $host ($http_host is the same, without the "
                + "client's port), which needs a rule with a host. The client's own X-Forwarded-*, X-Original-* and hop-by-hop headers "
                + "are not sent to the service.",
            Example = "http://auth.default.svc.cluster.local/check",
        },
        Closing("auth-method", AnnotationRisk.Low, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or TRACE", "GET",
            "How the service is asked; when it is set, the service gets X-Original-URI and X-Scheme too.",
            (auth, text) => auth with { Method = Method(text) }) with
        {
            Difference = "There is no CONNECT, which would ask the service for a tunnel.",
            Example = "POST",
        },
        Plain("auth-signin", AnnotationRisk.High, "a URL, which may hold variables", "none: the client gets the 401",
            "Where a client is sent, by 302, that the service answers 401; the URL that it asked for is added as a parameter, unless there "
            + "is one already.",
            (auth, text, redirects) => auth with { SignIn = SignIn(text, redirects) }, "https://login.example.com/start"),
        Plain("auth-signin-redirect-param", AnnotationRisk.Medium, "the name of a parameter", ExternalAuthPolicy.DefaultReturnParameter,
            "The parameter of auth-signin that names the URL asked for.",
            (auth, text, _) => auth with { ReturnParameter = Parameter(text) }, "return_to"),
        Closing("auth-response-headers", AnnotationRisk.Medium, "names of headers with commas between", "none",
            "Headers of the service's 2xx answer that the pod gets, in place of the client's; one that the answer does not have the pod "
            + "does not get either.",
            (auth, text) => auth with { ResponseHeaders = Headers(text) }) with
        {
            Example = "X-Auth-Request-User, X-Auth-Request-Email",
        },
        Plain("auth-request-redirect", AnnotationRisk.Medium, "a text with variables", "$request_uri",
            "X-Auth-Request-Redirect, which the service gets.", (auth, text, _) => auth with { RequestRedirect = Text(text) },
            "https://$host$request_uri"),
        new(SetHeaders, AnnotationRisk.Medium, "a ConfigMap, as name or namespace/name", "none",
            "Sets the headers that the ConfigMap holds, which may have variables, on the question to the service.",
            (policies, text, source) => text.Trim().Length == 0
                ? policies
                : With(policies, auth => auth with { HeadersFrom = source.Named(NamedKind.ConfigMap, SetHeaders, text) }))
        {
            FailsClosed = true,
            Example = "default/auth-headers",
        },
        Plain("auth-cache-key", AnnotationRisk.Medium, "a text with variables", "none: the service is asked for each request",
            "Requests to a path for which this is the same share an answer of the service; it has to tell users apart.",
            (auth, text, _) => auth with { CacheKey = Text(text) }, "$remote_user$http_authorization") with
        {
            Difference = "Answers that vary by other headers than Accept-Encoding are not kept, like those with cookies.",
        },
        Closing("auth-cache-duration", AnnotationRisk.Medium, "statuses and times, such as 200 202 30m, 401 5m", "200 202 401 5m",
            "How long answers are shared that do not say so themselves.", (auth, text) => auth with { CacheTimes = CacheTimes(text) }) with
        {
            Example = "200 202 10m, 401 1m",
            Difference = "Only 2xx, 401 and 403 are kept: a service that failed is asked again.",
        },
        Plain("auth-always-set-cookie", AnnotationRisk.Low, "true or false", "false",
            "Whether clients get the service's cookies with any answer, errors included.",
            (auth, text, _) => auth with { AlwaysSetCookie = SettingValue.Bool(text) }, "true"),
        Plain("auth-keepalive", AnnotationRisk.Low, "whole number", "connections are kept",
            "0 gives each question to the service a connection of its own.",
            (auth, text, _) => KeptIf(auth, Number(text) != 0), "0") with
        {
            Difference = "Connections are kept unless it is 0, whatever the protocol of the client; how many is not limited.",
        },
        Plain("auth-keepalive-requests", AnnotationRisk.Low, "whole number", "1000", "0 does the same as auth-keepalive: \"0\".",
            (auth, text, _) => KeptIf(auth, Number(text) != 0), "100") with
        {
            Difference = "How many requests a connection serves is not limited; each is replaced after five minutes.",
        },
        Plain("auth-keepalive-timeout", AnnotationRisk.Low, "seconds", "60",
            "How long a connection to the service waits for the next question; 0 does the same as auth-keepalive: \"0\".",
            (auth, text, _) => Number(text) is > 0 and var seconds
                ? auth with { IdleTimeout = TimeSpan.FromSeconds(Math.Min(seconds, 3600)) }
                : auth with { ClosesConnections = true },
            "30"),
        Plain("auth-keepalive-share-vars", AnnotationRisk.Low, "true or false", "false",
            "Nothing: there are no variables that the question to the service could change.",
            (auth, text, _) => SettingValue.Bool(text) ? auth : auth, "true"),
        new("enable-global-auth", AnnotationRisk.Low, "true or false", "true",
            "Whether the ConfigMap's global-auth-url counts for the Ingress.",
            (policies, text) => SettingValue.Bool(text) ? policies : With(policies, auth => auth with { LeavesGlobal = true }))
        {
            Example = "false",
        },
    ];

    /// <summary>Who is asked in the end: the Ingress's own service, else the global one, unless the Ingress leaves it out.</summary>
    public static RoutePolicies Complete(RoutePolicies policies, AnnotationSource source)
    {
        if (policies.ExternalAuth is not { IsGlobal: false } own)
            return policies;
        if (own.Url is not null)
            return policies with { ExternalAuth = own with { LeavesGlobal = false, IsLogged = source.Global.LogsAuthRequests } };
        if (source.KeyOf(Url) is null && All.FirstOrDefault(one => one.Name.StartsWith("auth-", StringComparison.Ordinal)
            && source.KeyOf(one.Name) is { } key && !string.IsNullOrWhiteSpace(source.Values[key])) is { } useless)
            source.Problems.Warning(
                ProblemReasons.InvalidAnnotation, source.Field(useless.Name), "it has no effect without auth-url; it is ignored");
        return policies with { ExternalAuth = own.LeavesGlobal ? null : source.Global.Routes.ExternalAuth };
    }

    /// <summary>Looks at the ConfigMap of headers: what is not allowed, or is not there, closes the routes.</summary>
    public static RoutePolicies Resolve(RoutePolicies policies, ResolutionSource source)
    {
        if (policies.ExternalAuth is not { HeadersFrom: { } key } auth)
            return policies;
        var field = source.FieldOf(NamedKind.ConfigMap, key);
        if (source.Objects.ConfigMap(key) is not { } map)
        {
            source.Problems.Error(
                ProblemReasons.ConfigMapNotFound, field, $"ConfigMap {key} does not exist; requests answer 503 until it does");
            return policies with { Denied = policies.Denied ?? SetHeaders };
        }
        var headers = new List<RequestHeader>();
        foreach (var (name, value) in (map.Data ?? []).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            try
            {
                headers.Add(Header(name, value ?? ""));
            }
            catch (FormatException error)
            {
                source.Problems.Error(
                    ProblemReasons.InvalidAnnotation, field,
                    $"header {Quoted.Value(name)} of ConfigMap {key}: it {error.Message}; requests answer 503");
                policies = policies with { Denied = policies.Denied ?? SetHeaders };
            }
        }
        return policies with { ExternalAuth = auth with { Headers = headers.ToEquatableArray() } };
    }

    private static ExternalAuthPolicy KeptIf(ExternalAuthPolicy auth, bool keeps) => keeps ? auth : auth with { ClosesConnections = true };

    // As there: what is below zero means zero.
    private static int Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? Math.Max(number, 0)
            : throw new FormatException("must be a whole number");

    private static Annotation Closing(
        string name, AnnotationRisk risk, string values, string byDefault, string doc,
        Func<ExternalAuthPolicy, string, ExternalAuthPolicy> set) =>
        new(name, risk, values, byDefault, doc, (policies, text) => With(policies, auth => set(auth, text))) { FailsClosed = true };

    private static Annotation Plain(
        string name, AnnotationRisk risk, string values, string byDefault, string doc,
        Func<ExternalAuthPolicy, string, RedirectSettings, ExternalAuthPolicy> set, string example) =>
        new(name, risk, values, byDefault, doc, (policies, text) => With(policies, auth => set(auth, text, policies.Redirects)))
        {
            Example = example,
        };

    private static RoutePolicies With(RoutePolicies policies, Func<ExternalAuthPolicy, ExternalAuthPolicy> change) =>
        policies with { ExternalAuth = change(policies.ExternalAuth is { IsGlobal: false } own ? own : ExternalAuthPolicy.None) };
}
