using System.Text.Json.Nodes;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands;

/// <summary>What <c>translate</c> prints of redirects and rewrites.</summary>
internal static class PathOutput
{
    /// <summary>Adds what a route has of them.</summary>
    public static void Add(JsonObject result, Route route)
    {
        if (route.RedirectsToHttps)
            result["redirectsToHttps"] = Https(route.Policies.Redirects);
        if (route.Policies.Redirect is { } redirect)
        {
            result["redirect"] = new JsonObject { ["location"] = redirect.Location.Source, ["status"] = redirect.Status };
            if (redirect.TrimsSlash)
                result["redirect"]!["trimsSlash"] = true;
        }
        if (route.Policies.Rewrite is { } rewrite)
        {
            result["rewrite"] = new JsonObject { ["target"] = rewrite.Target.Source };
            if (rewrite.ForwardedPrefix is { } prefix)
                result["rewrite"]!["forwardedPrefix"] = prefix.Source;
        }
        if (route.Policies.UpstreamVhost is { } host)
            result["upstreamVhost"] = host.Source;
    }

    private static JsonObject Https(RedirectSettings redirects)
    {
        var result = new JsonObject { ["status"] = redirects.Status };
        if (redirects.PreserveTrailingSlash)
            result["preserveTrailingSlash"] = true;
        if (redirects.UsePort)
            result["usePort"] = true;
        return result;
    }
}
