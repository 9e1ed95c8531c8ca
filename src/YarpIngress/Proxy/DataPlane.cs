using YarpIngress.Kubernetes;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline.Affinity;
using YarpIngress.Pipeline.Canary;
using YarpIngress.Pipeline.Limits;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Pipeline.RateLimiter;
using YarpIngress.Proxy.Certificates;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Proxy;

/// <summary>
/// What the controller writes and requests read. Each call publishes one unit, a host, a backend or a certificate, in
/// one atomic step, in any order: a host may come before its backends, which answer 503 until they come.
/// </summary>
/// <remarks>One writer at a time; requests read while it writes, without a lock.</remarks>
internal sealed class DataPlane(
    RoutingTable<ProxyRoute> table, BackendTable backends, CertificateTable certificates, ConfigCheck check, TrafficTable traffic,
    LimitZones limits,
    RateZones limiters, AnswerStore answers, PassthroughHosts passthrough)
{
    private volatile ProxyRoute? _defaultRoute;

    /// <summary>The routes that requests are matched by.</summary>
    public RoutingTable<ProxyRoute> Routes { get; } = table;

    /// <summary>Serves what nothing else does; null answers 404.</summary>
    public ProxyRoute? DefaultRoute => _defaultRoute;

    /// <summary>Publishes a backend. When only its endpoints changed, nothing but its destinations is touched.</summary>
    public IReadOnlyList<Problem> SetBackend(Backend backend) => backends.Set(backend);

    /// <summary>Takes a backend away; routes that still point at it answer 503.</summary>
    public IReadOnlyList<Problem> RemoveBackend(BackendKey key)
    {
        backends.Remove(key);
        return [];
    }

    /// <summary>Publishes a host: its routes and which certificate it presents.</summary>
    public IReadOnlyList<Problem> SetHost(HostTranslation host)
    {
        certificates.SetHost(host.Host, host.CertificateSecret);
        var previous = Routes.Get(host.Host);
        if (host.VirtualHost is null)
        {
            RemoveRoutes(host.Host, previous);
            return [];
        }

        var problems = new List<Problem>();
        var known = previous is null ? null : ByModel(previous);
        var routes = new List<ProxyRoute>(host.VirtualHost.Routes.Count + 1);
        var entries = new List<(PathMatch, string, ProxyRoute)>(host.VirtualHost.Routes.Count);
        List<ConditionalRoute<ProxyRoute>>? conditional = null;
        foreach (var route in host.VirtualHost.Routes)
        {
            if (Reuse(known, route, isDefault: false) is { } kept || TryMake(host.VirtualHost, route, problems, out kept))
            {
                routes.Add(kept);
                if (route.Policies.Conditions is { } conditions)
                    (conditional ??= []).Add(new(conditions, route.Match, route.Path, kept));
                else
                    entries.Add((route.Match, route.Path, kept));
            }
        }

        ProxyRoute? fallback = null;
        if (host.VirtualHost.Default is { } byDefault
            && (Reuse(known, byDefault, isDefault: true) is { } keptDefault
                || TryMake(host.VirtualHost, byDefault, problems, out keptDefault)))
        {
            routes.Add(fallback = keptDefault);
        }

        // New references first: what both use must not be given up in between.
        foreach (var route in routes)
            Hold(route);
        var passed = passthrough.Set(host.Host, host.VirtualHost.Passthrough, backends.Place);
        Hold(passed);
        Routes.Set(new HostEntry<ProxyRoute>(
            host.Host, new PathTable<ProxyRoute>(entries), fallback, routes, IsAlias: host.VirtualHost.AliasOf is not null)
        {
            IsGuarded = routes.Exists(route => route.Protections is not null),
            Conditional = conditional is null ? null : new ConditionalRoutes<ProxyRoute>(conditional, WeightOf),
            Tls = HostTls.Of(host.VirtualHost, previous?.Tls),
            Passthrough = passed,
        });
        Release(previous);
        return problems;
    }

    /// <summary>Takes a host away.</summary>
    public IReadOnlyList<Problem> RemoveHost(string host)
    {
        certificates.SetHost(host, null);
        RemoveRoutes(host, Routes.Get(host));
        return [];
    }

    /// <summary>Publishes a certificate: handshakes from now on present it, connections that exist go on.</summary>
    public IReadOnlyList<Problem> SetCertificate(Certificate certificate)
    {
        certificates.Set(certificate);
        return [];
    }

    /// <summary>Takes a certificate away; its hosts present the default certificate.</summary>
    public IReadOnlyList<Problem> RemoveCertificate(ObjectKey secret)
    {
        certificates.Remove(secret);
        return [];
    }

    /// <summary>Sets the backend for what nothing else serves; null answers 404.</summary>
    /// <param name="key">The backend.</param>
    /// <param name="policies">What the ConfigMap asks for; null for nothing.</param>
    public IReadOnlyList<Problem> SetDefaultBackend(BackendKey? key, RoutePolicies? policies = null)
    {
        var previous = _defaultRoute;
        if (key is { } backendKey)
        {
            var backend = backends.Place(backendKey);
            var route = new ProxyRoute(
                "", null, YarpConfig.DefaultRoute(backendKey), backend, traffic.Place(RouteLabels.Of("", null, backendKey)), policies);
            Hold(route);
            _defaultRoute = route;
        }
        else
        {
            _defaultRoute = null;
        }
        if (previous is not null)
            Release(previous);
        return [];
    }

    /// <summary>Sets the certificate for hosts without one; null goes back to the self-signed one.</summary>
    public IReadOnlyList<Problem> SetDefaultCertificate(ObjectKey? secret)
    {
        certificates.SetDefault(secret);
        return [];
    }

    private static int WeightOf(ProxyRoute route) => route.Route is { } model ? ConditionalRoute.Weight(model.Match, model.Path) : 0;

    private static Dictionary<(Route?, bool), ProxyRoute> ByModel(HostEntry<ProxyRoute> entry)
    {
        var known = new Dictionary<(Route?, bool), ProxyRoute>(entry.Routes.Count);
        foreach (var route in entry.Routes)
            known.TryAdd((route.Route, ReferenceEquals(route, entry.Default)), route);
        return known;
    }

    private static ProxyRoute? Reuse(Dictionary<(Route?, bool), ProxyRoute>? known, Route route, bool isDefault) =>
        known?.GetValueOrDefault((route, isDefault));

    private bool TryMake(
        VirtualHost host, Route route, List<Problem> problems, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProxyRoute? made)
    {
        made = null;
        var config = YarpConfig.Route(host, route);
        if (check.Check(route, config) is { } problem)
        {
            problems.Add(problem);
            return false;
        }
        var counts = traffic.Place(RouteLabels.Of(host.Host, route, route.Backend));
        made = new ProxyRoute(host.Host, route, config, backends.Place(route.Backend), counts)
        {
            ErrorRoute = route.Policies.Errors?.Backend is { } errors
                ? new ProxyRoute(host.Host, null, config with { ClusterId = errors.ToString() }, backends.Place(errors), counts)
                : null,
            Affinity = AffinityOf(route.Policies.Affinity, route, route.Backend),
            Limits = route.Policies.Limits is { LimitsRequests: true } ? limits.Place(route.Ingress) : null,
            RateLimiter = route.Policies.RateLimiter is { } limiter ? limiters.Place(route.Ingress, limiter) : null,
            OutputCache = route.Policies.OutputCache is { } cache ? new KeptAnswers(cache, answers) : null,
            Canary = route.Canary is not { } canary ? null : new ProxyCanary(
                canary,
                new ProxyRoute(
                    host.Host, route, config with { ClusterId = canary.Backend.ToString() }, backends.Place(canary.Backend), counts)
                {
                    Affinity = AffinityOf(canary.Affinity, route, canary.Backend),
                }),
        };
        return true;
    }

    private static RouteAffinity? AffinityOf(AffinityPolicy? policy, Route route, BackendKey backend) =>
        policy is null ? null : new RouteAffinity(policy, backend, route.Match is PathMatch.Regex ? "/" : route.Path);

    private void RemoveRoutes(string host, HostEntry<ProxyRoute>? previous)
    {
        Routes.Remove(host);
        passthrough.Set(host, null, backends.Place);
        Release(previous);
    }

    private void Release(HostEntry<ProxyRoute>? entry)
    {
        foreach (var route in entry?.Routes ?? [])
            Release(route);
        if (entry?.Passthrough is not { } passed)
            return;
        passed.Backend.References--;
        backends.DropIfUnused(passed.Backend);
    }

    private static void Hold(PassthroughHost? passed)
    {
        if (passed is not null)
            passed.Backend.References++;
    }

    private void Hold(ProxyRoute route)
    {
        if (route.Canary is { } canary)
            Hold(canary.Route);
        route.Backend.References++;
        if (route.ErrorRoute is { } errors)
            errors.Backend.References++;
        traffic.Hold(route.Traffic);
        if (route.Limits is { } zone)
            limits.Hold(zone);
        if (route.RateLimiter is { } limiter)
            limiters.Hold(limiter);
    }

    private void Release(ProxyRoute route)
    {
        if (route.Canary is { } canary)
            Release(canary.Route);
        traffic.Release(route.Traffic);
        if (route.Limits is { } zone)
            limits.Release(zone);
        if (route.RateLimiter is { } limiter)
            limiters.Release(limiter);
        route.OutputCache?.Close();
        route.Backend.References--;
        backends.DropIfUnused(route.Backend);
        if (route.ErrorRoute is not { } errors)
            return;
        errors.Backend.References--;
        backends.DropIfUnused(errors.Backend);
    }
}
