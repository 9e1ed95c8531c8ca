using System.Collections.Immutable;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>Decides which routes of a host send plain HTTP to HTTPS.</summary>
internal static class HttpsRedirects
{
    /// <summary>Marks the routes.</summary>
    public static void Mark(ImmutableArray<Route>.Builder routes, bool hasCertificate)
    {
        for (var i = 0; i < routes.Count; i++)
            routes[i] = Mark(routes[i], hasCertificate);
    }

    /// <summary>Marks one route.</summary>
    public static Route Mark(Route route, bool hasCertificate) =>
        IsRedirected(route, hasCertificate) ? route with { RedirectsToHttps = true } : route;

    private static bool IsRedirected(Route route, bool hasCertificate)
    {
        var redirects = route.Policies.Redirects;
        if (!redirects.ForceHttps && (!redirects.ToHttps || !hasCertificate))
            return false;
        foreach (var plain in redirects.PlainPaths)
        {
            if (route.Path.StartsWith(plain, StringComparison.Ordinal))
                return false;
        }
        return true;
    }
}
