using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>Hosts, paths, defaults and swaps, through real sockets.</summary>
public sealed class RoutingTests
{
    private static readonly BackendKey One = new("default", "one", "80");
    private static readonly BackendKey Two = new("default", "two", "http");

    [Fact]
    public async Task ARequestReachesTheBackendOfItsHost()
    {
        await using var one = await Origin.StartAsync("one");
        await using var two = await Origin.StartAsync("two");
        await using var three = await Origin.StartAsync("three");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("one.example.com", [one.EndPoint]);
        gateway.Serve("*.example.com", [two.EndPoint]);

        Assert.Equal("one", await Clients.GetAsync(gateway, "one.example.com"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "ONE.example.com:1234"));
        Assert.Equal("two", await Clients.GetAsync(gateway, "two.example.com"));
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "a.two.example.com"));
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "example.com"));

        gateway.Serve("", [three.EndPoint]);
        Assert.Equal("three", await Clients.GetAsync(gateway, "example.com"));
        Assert.Equal("three", await Clients.GetAsync(gateway, "127.0.0.1"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "one.example.com"));
    }

    [Fact]
    public async Task APathIsMatchedNormalisedAndByItsKind()
    {
        await using var one = await Origin.StartAsync("one");
        await using var two = await Origin.StartAsync("two");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetBackend(One, [one.EndPoint]);
        gateway.SetBackend(Two, [two.EndPoint]);
        gateway.SetHost("a.io", (PathMatch.Prefix, "/", One), (PathMatch.Prefix, "/admin", Two), (PathMatch.Exact, "/{x}", Two));

        Assert.Equal("two", await Clients.GetAsync(gateway, "a.io", "/admin/x"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/administrator"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/Admin"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/y"));
        Assert.Equal("two", await Clients.GetAsync(gateway, "a.io", "/%7Bx%7D"));
        var answer = await RawClient.ExchangeAsync(
            gateway.HttpPort, "GET /public/%2e%2e//admin HTTP/1.1\r\nHost: a.io\r\nConnection: close\r\n\r\n");
        Assert.Contains("\r\ntwo\r\n", answer);
    }

    [Fact]
    public async Task WhatNoRouteMatchesGoesToTheHostsDefaultThenToTheGlobalOne()
    {
        await using var one = await Origin.StartAsync("one");
        await using var two = await Origin.StartAsync("two");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetBackend(One, [one.EndPoint]);
        gateway.SetBackend(Two, [two.EndPoint]);
        var routes = new[] { Gateway.Route(PathMatch.Prefix, "/app", Two) }.ToEquatableArray();
        var host = new HostTranslation { Host = "a.io", VirtualHost = new VirtualHost { Host = "a.io", Routes = routes } };
        gateway.DataPlane.SetHost(host);
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "a.io", "/x"));

        gateway.DataPlane.SetDefaultBackend(One);
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/x"));
        Assert.Equal("one", await Clients.GetAsync(gateway, "unknown.io"));

        gateway.DataPlane.SetHost(
            host with { VirtualHost = host.VirtualHost with { Default = Gateway.Route(PathMatch.Prefix, "/", Two) } });
        Assert.Equal("two", await Clients.GetAsync(gateway, "a.io", "/x"));

        gateway.DataPlane.RemoveHost("a.io");
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/app"));
        gateway.DataPlane.SetDefaultBackend(null);
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "a.io", "/app"));
    }

    [Fact]
    public async Task AHostMayComeBeforeItsBackendAndOutliveIt()
    {
        await using var one = await Origin.StartAsync("one");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetHost("a.io", (PathMatch.Prefix, "/", One));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Clients.StatusAsync(gateway, "a.io"));

        gateway.SetBackend(One, []);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Clients.StatusAsync(gateway, "a.io"));

        gateway.SetBackend(One, [one.EndPoint]);
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io"));

        gateway.DataPlane.RemoveBackend(One);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Clients.StatusAsync(gateway, "a.io"));

        gateway.SetBackend(One, [one.EndPoint]);
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task ABackendMayChangeItsProtocolUnderItsRoutes()
    {
        await using var h1 = await Origin.StartAsync("h1");
        await using var h2 = await Origin.StartAsync(
            async context => await context.Response.BodyWriter.WriteAsync("h2"u8.ToArray()),
            Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        await using var gateway = await Gateway.StartAsync();
        gateway.SetHost("a.io", (PathMatch.Prefix, "/", One));
        gateway.SetBackend(One, [h1.EndPoint]);
        Assert.Equal("h1", await Clients.GetAsync(gateway, "a.io"));
        gateway.SetBackend(One, [h2.EndPoint], BackendProtocol.H2c);
        Assert.Equal("h2", await Clients.GetAsync(gateway, "a.io"));
        gateway.SetBackend(One, [h1.EndPoint]);
        Assert.Equal("h1", await Clients.GetAsync(gateway, "a.io"));
    }

    [Fact]
    public async Task RequestsNeverFailWhileTheirHostAndEndpointsAreReplaced()
    {
        await using var one = await Origin.StartAsync("pod");
        await using var two = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        IPEndPoint[][] endpoints = [[one.EndPoint], [one.EndPoint, two.EndPoint], [two.EndPoint], [two.EndPoint, one.EndPoint]];
        void Publish(int i)
        {
            gateway.SetBackend(One, endpoints[i % endpoints.Length]);
            gateway.SetHost("a.io", (PathMatch.Prefix, "/", One), (PathMatch.Exact, $"/changes-{i}", Two));
        }
        Publish(0);

        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        var requests = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
                Assert.Equal("pod", await client.GetStringAsync("http://a.io/", TestContext.Current.CancellationToken));
        }, TestContext.Current.CancellationToken);
        for (var i = 1; !requests.IsCompleted; i++)
        {
            Publish(i);
            await Task.Yield();
        }
        await requests;
    }

    [Fact]
    public async Task EveryEndpointGetsItsShare()
    {
        var pods = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Origin.StartAsync($"pod-{i}")));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [.. pods.Take(5).Select(pod => pod.EndPoint)]);
        // In two steps, so that the balancer meets a cluster whose endpoints changed.
        gateway.Serve("a.io", [.. pods.Select(pod => pod.EndPoint)]);

        using var client = Clients.To(gateway.HttpPort, HttpVersion.Version11);
        var hits = new Dictionary<string, int>();
        for (var i = 0; i < 100; i++)
        {
            var pod = await client.GetStringAsync("http://a.io/", TestContext.Current.CancellationToken);
            hits[pod] = hits.GetValueOrDefault(pod) + 1;
        }

        Assert.Equal(10, hits.Count);
        Assert.All(hits.Values, count => Assert.Equal(10, count));
        foreach (var pod in pods)
            await pod.DisposeAsync();
    }

    [Fact]
    public async Task WhatYarpRefusesIsAProblemAndTheRestGoesLive()
    {
        await using var one = await Origin.StartAsync("one");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetBackend(One, [one.EndPoint]);
        var problems = gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = "a.io",
            VirtualHost = new VirtualHost
            {
                Host = "a.io",
                // An unbalanced brace can't be in a model: the translator would have to let it through.
                Routes = [Gateway.Route(PathMatch.Prefix, "/good", One), Gateway.Route(PathMatch.Prefix, "/~/../\0bad?", One)],
            },
        });
        Assert.Empty(problems);
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/good"));

        problems = gateway.DataPlane.SetHost(new HostTranslation
        {
            Host = "xn--.io",
            VirtualHost = new VirtualHost { Host = "xn--.io", Routes = [Gateway.Route(PathMatch.Prefix, "/", One)] },
        });
        var problem = Assert.Single(problems);
        Assert.Equal(ProblemReasons.ProxyConfigRefused, problem.Reason);
        Assert.Equal(new ProblemObject("Ingress", new ObjectKey("default", "test")), problem.Object);
        Assert.Contains("xn--.io", problem.Message);
        Assert.Equal("one", await Clients.GetAsync(gateway, "a.io", "/good"));
    }

    [Fact]
    public async Task APunycodeHostIsServed()
    {
        await using var one = await Origin.StartAsync("one");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("xn--bcher-kva.example", [one.EndPoint]);
        Assert.Equal("one", await Clients.GetAsync(gateway, "xn--bcher-kva.example"));
    }
}
