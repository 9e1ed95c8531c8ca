using Microsoft.Extensions.DependencyInjection;
using YarpIngress.Pipeline;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>What Kestrel would call for the requests of a site, in front of pods that have answered before they are asked.</summary>
/// <param name="site">The site.</param>
internal sealed class MicroApplication(MicroSite site)
{
    private readonly GatewayApplication _application = ActivatorUtilities.CreateInstance<GatewayApplication>(
        site.Services, RequestPipeline.Build(new ImmediateForwarder(site.Services), Task.CompletedTask));

    /// <summary>Serves a request to its end, and says with which status.</summary>
    public int Serve(MicroExchange exchange)
    {
        exchange.Reset();
        var request = _application.CreateContext(exchange);
        var served = _application.ProcessRequestAsync(request);
        if (!served.IsCompletedSuccessfully)
            served.GetAwaiter().GetResult();
        _application.DisposeContext(request, null);
        return exchange.Status;
    }

    /// <summary>Makes sure of what is measured.</summary>
    public void Expect(int status, MicroExchange exchange)
    {
        if (Serve(exchange) is var was && was != status)
            throw new InvalidOperationException($"answered {was} instead of {status}");
    }
}
