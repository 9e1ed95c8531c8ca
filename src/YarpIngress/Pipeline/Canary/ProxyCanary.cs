using System.Text.RegularExpressions;
using YarpIngress.Pipeline.Affinity;
using YarpIngress.Proxy;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Canary;

/// <summary>The canary of one route: what it takes and where to.</summary>
internal sealed class ProxyCanary
{
    /// <summary>For a route.</summary>
    /// <param name="model">What is to be taken.</param>
    /// <param name="route">Serves it: the route as it is, with the canary's backend.</param>
    public ProxyCanary(CanaryRoute model, ProxyRoute route)
    {
        (Model, Route) = (model, route);
        HeaderPattern = model.Policy is { HeaderValue: null, HeaderPattern: { } pattern } ? CanaryPattern.Parse(pattern) : null;
    }

    /// <summary>What is to be taken.</summary>
    public CanaryRoute Model { get; }

    /// <summary>Serves it.</summary>
    public ProxyRoute Route { get; }

    /// <summary>The expression for the header; null when none counts.</summary>
    public Regex? HeaderPattern { get; }

    /// <summary>The sessions of those that it took.</summary>
    public RouteAffinity? Affinity => Route.Affinity;
}
