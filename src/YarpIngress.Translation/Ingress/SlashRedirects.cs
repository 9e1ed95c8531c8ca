using System.Collections.Immutable;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// What nginx does for a <c>location /app/</c> that is passed on: a request for <c>/app</c>, which it does not match, is sent to
/// <c>/app/</c>. So for ImplementationSpecific paths; a Prefix matches both, and a rule for <c>/app</c> itself comes first.
/// </summary>
internal static class SlashRedirects
{
    // That of nginx, which has no setting for it.
    private const int Status = 301;

    /// <summary>Adds a route for each such path.</summary>
    public static void Add(ImmutableArray<Route>.Builder routes)
    {
        HashSet<string>? served = null;
        var count = routes.Count;
        for (var i = 0; i < count; i++)
        {
            if (routes[i] is not { Match: PathMatch.StringPrefix, Path: [_, .., '/'], Policies.Conditions: null } route)
                continue;
            served ??= [.. routes.Select(one => one.Path)];
            if (!served.Contains(route.Path[..^1]))
                routes.Add(Redirect(route));
        }
    }

    private static Route Redirect(Route route)
    {
        var target = string.Join('/', route.Path.Split('/').Select(Uri.EscapeDataString)) + "$is_args$args";
        return route with
        {
            Match = PathMatch.Exact,
            Path = route.Path[..^1],
            Backend = BackendKey.None(route.Ingress.Namespace),
            Canary = null,
            RedirectsToHttps = false,
            Policies = new RoutePolicies
            {
                AccessLog = route.Policies.AccessLog,
                Tracing = route.Policies.Tracing,
                Denied = route.Policies.Denied,
                Redirect = new RedirectPolicy
                {
                    Location = VariableText.Parse(
                        route.Policies.Redirects.Relative ? target : $"$pass_access_scheme://$host{target}"),
                    Status = Status,
                },
            },
        };
    }
}
