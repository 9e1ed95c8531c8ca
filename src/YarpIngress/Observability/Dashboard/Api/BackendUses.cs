using YarpIngress.Proxy;

namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>The backends that routes lead to.</summary>
internal static class BackendUses
{
    /// <summary>How many routes lead to each.</summary>
    public static IReadOnlyDictionary<ProxyBackend, int> Count(DataPlane routing)
    {
        var uses = new Dictionary<ProxyBackend, int>();
        foreach (var entry in routing.Routes.All)
        {
            foreach (var route in entry.Routes)
                uses[route.Backend] = uses.GetValueOrDefault(route.Backend) + 1;
        }
        if (routing.DefaultRoute is { } byDefault)
            uses[byDefault.Backend] = uses.GetValueOrDefault(byDefault.Backend) + 1;
        return uses;
    }
}
