using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.Commands.Explain;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Policies;

/// <summary>External authentication as <c>translate</c> and <c>explain</c> show it.</summary>
internal static class ExternalAuthOutput
{
    /// <summary>Adds it to what is printed of a route; only what is set.</summary>
    public static void Add(JsonObject result, Route route)
    {
        if (route.Policies.ExternalAuth is not { } auth)
            return;
        if (route.Policies.Access.IsOpen(route))
            result["externalAuth"] = new JsonObject { ["asked"] = false };
        else if (auth.Closed is null)
            result["externalAuth"] = Output(auth);
    }

    /// <summary>In words, for a route that asks; null for one that does not.</summary>
    public static ExplainedPolicy? Explain(RoutePolicies policies, bool isOpen)
    {
        if (policies.ExternalAuth is not { Url: { } url } auth)
            return null;
        var effect = isOpen
            ? "none: the path is one of no-auth-locations"
            : "asked before anything serves the request: 2xx lets it pass, 401 "
                + (auth.SignIn is { } signIn ? $"sends the client to {signIn.Source}" : "and its challenge is the answer")
                + ", 403 is the answer, anything else, or none in time, is a 500";
        if (!isOpen && auth.ResponseHeaders.Count > 0)
            effect += $"; pods get its {string.Join(", ", auth.ResponseHeaders)} in place of the client's";
        if (!isOpen && auth.CacheKey is { } key)
            effect += $"; answers are shared by requests with the same {key.Source}";
        return new ExplainedPolicy("external authentication", url.Source, auth.IsGlobal ? "ConfigMap" : "annotation auth-url", effect);
    }

    private static JsonObject Output(ExternalAuthPolicy auth)
    {
        var result = new JsonObject { ["url"] = auth.Url?.Source };
        if (auth.IsGlobal)
            result["from"] = "ConfigMap";
        if (auth.Method is { } method)
            result["method"] = method;
        if (auth.SignIn is { } signIn)
            result["signIn"] = signIn.Source;
        if (auth.ReturnParameter != ExternalAuthPolicy.DefaultReturnParameter)
            result["returnParameter"] = auth.ReturnParameter;
        if (auth.ResponseHeaders.Count > 0)
            result["responseHeaders"] = new JsonArray([.. auth.ResponseHeaders.Select(name => (JsonNode?)name)]);
        if (auth.RequestRedirect is { } redirect)
            result["requestRedirect"] = redirect.Source;
        if (auth.Headers.Count > 0)
            result["headers"] = new JsonObject(
                auth.Headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)header.Value.Source)));
        if (auth.CacheKey is { } key)
            result["cache"] = new JsonObject { ["key"] = key.Source, ["times"] = Times(auth) };
        if (auth.AlwaysSetCookie)
            result["alwaysSetCookie"] = true;
        if (auth.ClosesConnections)
            result["keepsConnections"] = false;
        else if (auth.IdleTimeout != ExternalAuthPolicy.DefaultIdleTimeout)
            result["idleTimeout"] = auth.IdleTimeout.ToString("c");
        return result;
    }

    private static string Times(ExternalAuthPolicy auth) => auth.CacheTimes.Count == 0
        ? "200 202 401 5m"
        : string.Join(", ", auth.CacheTimes.Select(time =>
            (time.Status == AuthCacheTime.AnyStatus ? "any" : time.Status.ToString(CultureInfo.InvariantCulture))
            + " " + time.Duration.ToString("c")));
}
