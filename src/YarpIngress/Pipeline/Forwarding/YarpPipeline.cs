
namespace YarpIngress.Pipeline.Forwarding;

/// <summary>
/// YARP's own proxy pipeline, without ASP.NET's endpoint routing in front of it: the route is chosen by
/// <see cref="Proxy.RoutingTable{TRoute}"/>, and the feature that YARP's first middleware would set is already there.
/// </summary>
internal static class YarpPipeline
{
    /// <summary>Load balancing, then the forwarder.</summary>
    /// <remarks>
    /// The forwarder middleware is public by no other way than as the end of what <c>MapReverseProxy</c> builds. So it is
    /// built on routes that nobody serves, and a first middleware hands out what comes after it.
    /// </remarks>
    public static RequestDelegate Build(IServiceProvider services)
    {
        RequestDelegate? pipeline = null;
        new UnservedRoutes(services).MapReverseProxy(proxy =>
        {
            proxy.Use(next => pipeline = next);
            proxy.UseLoadBalancing();
        });
        return pipeline ?? throw new InvalidOperationException("YARP did not build its pipeline when it was mapped.");
    }

    private sealed class UnservedRoutes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider { get; } = services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(ServiceProvider);
    }
}
