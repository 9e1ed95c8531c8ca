using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Hosts whose paths are regular expressions: as in ingress-nginx one path that is rewritten, or one Ingress with
/// <c>use-regex</c>, makes it so for all paths of the host, whatever their type and Ingress.
/// </summary>
internal static class RegexHosts
{
    /// <summary>Whether a host is one.</summary>
    public static bool IsRegex(string host, IReadOnlyList<ParsedIngress> ingresses)
    {
        foreach (var ingress in ingresses)
        {
            if ((ingress.HostPolicy is not { UseRegex: true } && ingress.Policies.Rewrite is null)
                || !ingress.Hosts.TryGetValue(host, out var rules) || !rules.HasRule)
                continue;
            if (ingress.HostPolicy is { UseRegex: true }
                || rules.Paths.Any(path => IsRewritten(path.Route.Policies, path.Written))
                || (ingress.DefaultBackend is not null && IsRewritten(ingress.Policies, "/")))
                return true;
        }
        return false;
    }

    /// <summary>The route of a path of such a host; null, with a problem, when its path is no expression.</summary>
    public static Route? Route(Route route, PathRule path, HostProblems problems)
    {
        if (!PathPattern.IsLiteral(path.Written) && PathPattern.Refusal(path.Written) is { } why)
        {
            problems.BadPattern(path, why);
            return null;
        }
        return Rewritten(route with { Match = PathMatch.Regex, Path = path.Written }, path, problems);
    }

    /// <summary>A route whose rewrite changes something, or is gone: to the path itself it is none.</summary>
    public static Route Rewritten(Route route, PathRule? path, HostProblems problems)
    {
        if (route.Policies.Rewrite is not { } rewrite)
            return route;
        if (!IsRewritten(route.Policies, route.Path))
            return route with { Policies = route.Policies with { Rewrite = null } };
        var highest = Math.Max(rewrite.Target.HighestCapture, rewrite.ForwardedPrefix?.HighestCapture ?? 0);
        if (highest > 0 && path is { } rule && highest > PathPattern.Groups(route.Path))
            problems.MissingCapture(rule, highest, PathPattern.Groups(route.Path));
        return route;
    }

    private static bool IsRewritten(RoutePolicies policies, string path) =>
        policies.Rewrite is { } rewrite && rewrite.Target.Source != path;
}
