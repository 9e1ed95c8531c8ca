using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using YarpIngress.Observability.Traffic;
using YarpIngress.Proxy;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Observability.Traffic;

/// <summary>Requests that did not go the straight way: refused, tried again, or taken by a canary.</summary>
public class RefusedRequestTests
{
    private const string Route = """path="/",namespace="default",ingress="test",service="a.io",host="a.io"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_without_an_endpoint_counts_as_refused()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", []);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        for (var i = 0; i < 3; i++)
            (await client.GetAsync(new Uri("http://a.io/"), Ct)).Dispose();
        await Wait.UntilAsync(
            async () => await accounted.ValueAsync("""n_rejected_requests_total{policy="no_endpoints",""" + Route) == 3, "three refusals");
    }

    [Fact]
    public async Task Further_attempts_are_counted()
    {
        await using var pod = await Origin.StartAsync(context => context.Response.WriteAsync("hello", Ct));
        using var closed = new Socket(SocketType.Stream, ProtocolType.Tcp);
        // Bound and not listening: whoever connects is refused.
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.Gateway.Serve("a.io", [(IPEndPoint)closed.LocalEndPoint!, pod.EndPoint]);
        using var client = Clients.To(accounted.Gateway.HttpPort, HttpVersion.Version11);
        for (var i = 0; i < 4; i++)
            Assert.Equal("hello", await client.GetStringAsync(new Uri("http://a.io/"), Ct));
        await Wait.UntilAsync(async () => await accounted.ValueAsync("n_upstream_retries_total{" + Route) >= 1, "attempts");
    }

    [Fact]
    public void A_canary_has_series_of_its_own_that_go_with_the_route()
    {
        var table = new TrafficTable(new TrafficOptions());
        var route = table.Place(new RouteLabels("a.io", "/", "default", "test", "a"));
        table.Hold(route);
        var key = new BackendKey("default", "a-canary", "80");
        var canary = route.OfCanary(new ProxyBackend(key));
        // The same backend, made anew by another translation.
        Assert.Same(canary, route.OfCanary(new ProxyBackend(key)));
        Assert.Equal("default-a-canary-80", canary.Labels.Canary);
        Assert.Contains(canary, table.All);
        for (var i = 0; i < 100; i++)
            route.OfCanary(new ProxyBackend(new BackendKey("default", $"c{i}", "80")));
        Assert.InRange(route.Canaries.Count(), 1, 16);
        table.Release(route);
        Assert.DoesNotContain(canary, table.All);
    }
}
