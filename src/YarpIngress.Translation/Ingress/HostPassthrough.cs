using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>
/// Whether TLS of a host is passed through, and where to. Any Ingress of the host turns it on, as in ingress-nginx. Of protections
/// only address lists can be kept then; any other one wins, and TLS ends at the gateway.
/// </summary>
internal static class HostPassthrough
{
    /// <summary>The policy; null where TLS ends at the gateway.</summary>
    /// <param name="host">The host that the rules name.</param>
    /// <param name="ingresses">Its Ingresses, in precedence order.</param>
    /// <param name="routes">What became of their rules.</param>
    /// <param name="byDefault">What serves paths that no rule does.</param>
    /// <param name="clients">What the host asks of the certificates of clients.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static TlsPassthrough? Of(
        string host, IReadOnlyList<ParsedIngress> ingresses, IReadOnlyList<Route> routes, Route? byDefault,
        ClientCertificatePolicy? clients,
        HostProblems problems)
    {
        if (Asking(host, ingresses) is not { } asking)
            return null;
        if (host.Length == 0)
        {
            problems.PassthroughOfAnyHost(asking.Key);
            return null;
        }
        if ((Root(routes) ?? byDefault) is not { } root)
        {
            problems.PassthroughWithoutRoot(asking.Key);
            return null;
        }
        foreach (var route in byDefault is null ? routes : routes.Append(byDefault))
        {
            // What leads to other pods is not to be had through TLS that is passed to these.
            if (!IsSameService(route, root) || Broken(route, root, clients) is not { } what)
                continue;
            problems.PassthroughOfProtected(asking.Key, route.Path, route.Ingress, what);
            return null;
        }
        Report(host, ingresses, routes, root, problems);
        var backend = root.Backend with
        {
            // TLS it is, whatever the port's appProtocol says and other annotations ask for.
            Policy = new BackendPolicy { Protocol = BackendProtocol.Https, ServiceUpstream = true },
        };
        return new TlsPassthrough(root.Backend.IsNone ? root.Backend : backend, root.Ingress, root.Policies.Addresses);
    }

    /// <summary>What of its Ingresses requests over TLS know nothing of.</summary>
    private static void Report(
        string host, IReadOnlyList<ParsedIngress> ingresses, IReadOnlyList<Route> routes, Route root, HostProblems problems)
    {
        foreach (var ingress in ingresses)
        {
            if (ingress.ClearOnly.Count > 0 && ingress.Hosts.TryGetValue(host, out var rules) && rules.HasRule)
                problems.PassthroughPastAnnotations(ingress.Key, ingress.ClearOnly);
        }
        foreach (var others in routes.Where(route => !IsSameService(route, root)).GroupBy(route => route.Ingress))
        {
            var first = others.First();
            problems.PassthroughPastPath(others.Key, first.Path, others.Count() - 1, first.Backend, root.Backend);
        }
    }

    private static ParsedIngress? Asking(string host, IReadOnlyList<ParsedIngress> ingresses)
    {
        foreach (var ingress in ingresses)
        {
            if (ingress.HostPolicy is { SslPassthrough: true } && ingress.Hosts.TryGetValue(host, out var rules) && rules.HasRule)
                return ingress;
        }
        return null;
    }

    /// <summary>That of path <c>/</c>: for everything rather than for the path alone, for any request rather than for some.</summary>
    private static Route? Root(IReadOnlyList<Route> routes)
    {
        Route? chosen = null;
        foreach (var route in routes)
        {
            if (route.Path == "/" && (chosen is null || Rank(route) > Rank(chosen)))
                chosen = route;
        }
        return chosen;
    }

    private static int Rank(Route route) => (route.Policies.Conditions is null ? 2 : 0) + (route.Match is PathMatch.Exact ? 0 : 1);

    private static bool IsSameService(Route route, Route root) =>
        route.Backend.Namespace == root.Backend.Namespace && route.Backend.Service == root.Backend.Service;

    /// <summary>The protection that passing through would break; null when there is none.</summary>
    private static string? Broken(Route route, Route root, ClientCertificatePolicy? clients)
    {
        var policies = route.Policies;
        if (clients is not null)
            return "the check of client certificates";
        if ((policies.Denied ?? policies.DeniedHosts) is { } denied)
            return denied;
        if (policies.Login is not null)
            return "the login";
        if (policies.ExternalAuth is not null)
            return "the external authentication";
        if (policies.Addresses is { } addresses && addresses != root.Policies.Addresses)
            return "the address list";
        // Limits count requests, of which there are none; whatever else there may be one day is not forgotten.
        var rest = policies with { Addresses = null, Limits = null, ClientCertificates = null };
        return rest.Protections is null ? null : "a protection";
    }
}
