using YarpIngress.Translation.Model;
using static YarpIngress.Translation.Settings.ExternalAuthValue;

namespace YarpIngress.Translation.Settings;

/// <summary>
/// The keys about external authentication of all Ingresses; see <see cref="ExternalAuthPolicy"/>. An Ingress with an <c>auth-url</c> of its
/// own takes nothing of them over, and <c>enable-global-auth: "false"</c> leaves one out.
/// </summary>
internal static class GlobalAuthKeys
{
    private const string Prefix = "global-auth-";

    public static readonly IReadOnlyList<GlobalKey> All =
    [
        Closing("url", "a URL of http or https, which may hold variables", "none",
            "Asks another service about each request of every Ingress; see the annotation auth-url.",
            (auth, text) => auth with { Url = AuthUrl.Parse(text) }),
        Closing("method", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or TRACE", "GET", "How the service is asked.",
            (auth, text) => auth with { Method = Method(text) }),
        Key("signin", "a URL, which may hold variables", "none", "Where a client goes that the service answers 401.",
            (auth, text) => auth with { SignIn = SignIn(text, RedirectSettings.Default) }),
        Key("signin-redirect-param", "the name of a parameter", ExternalAuthPolicy.DefaultReturnParameter,
            "The parameter of global-auth-signin that names the URL asked for.",
            (auth, text) => auth with { ReturnParameter = Parameter(text) }),
        Closing("response-headers", "names of headers with commas between", "none",
            "Headers of the service's answer that pods get, in place of the client's.",
            (auth, text) => auth with { ResponseHeaders = Headers(text) }),
        Key("request-redirect", "a text with variables", "$request_uri", "X-Auth-Request-Redirect, which the service gets.",
            (auth, text) => auth with { RequestRedirect = Text(text) }),
        Key("cache-key", "a text with variables", "none", "Requests for which this is the same share an answer of the service.",
            (auth, text) => auth with { CacheKey = Text(text) }),
        Closing("cache-duration", "statuses and times, such as 200 202 30m, 401 5m", "200 202 401 5m", "How long answers are shared.",
            (auth, text) => auth with { CacheTimes = CacheTimes(text) }),
        Key("always-set-cookie", "true or false", "false", "Whether clients get the service's cookies with any answer, errors included.",
            (auth, text) => auth with { AlwaysSetCookie = SettingValue.Bool(text) }),
        new("enable-auth-access-log", "true or false", "false", "Whether each question to an authentication service is logged.",
            (settings, text) => settings with { LogsAuthRequests = SettingValue.Bool(text) }),
    ];

    /// <summary>Whether a key is about global authentication, which Ingresses and paths can be left out of.</summary>
    public static bool IsOne(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Closes the routes that would ask, for the sake of a key.</summary>
    public static GlobalSettings Close(GlobalSettings settings, string name) => settings with
    {
        Routes = settings.Routes with { ExternalAuth = (settings.Routes.ExternalAuth ?? ExternalAuthPolicy.None) with { Closed = name } },
    };

    /// <summary>Once all keys are read: without a URL there is nobody to ask, unless it is not known who.</summary>
    public static GlobalSettings Complete(GlobalSettings settings) => settings with
    {
        Routes = settings.Routes with
        {
            ExternalAuth = settings.Routes.ExternalAuth is { } auth && (auth.Url is not null || auth.Closed is not null)
                ? auth with { IsGlobal = true, IsLogged = settings.LogsAuthRequests }
                : null,
        },
    };

    private static GlobalKey Closing(
        string name, string values, string byDefault, string doc, Func<ExternalAuthPolicy, string, ExternalAuthPolicy> set) =>
        Key(name, values, byDefault, doc, set) with
        {
            Closed = (settings, _) => Close(settings, Prefix + name),
            Instead = "requests answer 503",
        };

    private static GlobalKey Key(
        string name, string values, string byDefault, string doc, Func<ExternalAuthPolicy, string, ExternalAuthPolicy> set) =>
        new(Prefix + name, values, byDefault, doc, (settings, text) => text.Trim().Length == 0 ? settings : settings with
        {
            Routes = settings.Routes with { ExternalAuth = set(settings.Routes.ExternalAuth ?? ExternalAuthPolicy.None, text.Trim()) },
        });
}
