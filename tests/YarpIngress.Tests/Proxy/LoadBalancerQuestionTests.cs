using System.Net;
using YarpIngress.Proxy;
using YarpIngress.Tests.Observability;
using YarpIngress.Tests.Observability.Traffic;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Tests.Proxy;

/// <summary>What load balancers ask the ports for traffic.</summary>
public sealed class LoadBalancerQuestionTests
{
    private static readonly BackendKey App = new("default", "app", "80");

    [Fact]
    public async Task A_load_balancer_asks_by_an_address_whether_the_gateway_is_there()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetBackend(App, [pod.EndPoint]);
        gateway.SetHost("app.io", (PathMatch.Prefix, "/app", App));

        Assert.Equal("", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz"));
        Assert.Equal("", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz?from=lb"));
        Assert.StartsWith(
            "HTTP/1.1 200 OK\r\n", await RawClient.ExchangeAsync(gateway.HttpPort, "GET /healthz HTTP/1.0\r\n\r\n"));
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "127.0.0.1", "/healthzz"));
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "127.0.0.1"));
        // A host that is known has its own paths.
        Assert.Equal(HttpStatusCode.NotFound, await Clients.StatusAsync(gateway, "app.io", "/healthz"));
    }

    [Fact]
    public async Task It_is_answered_before_whatever_serves_all_hosts_unless_that_names_the_path()
    {
        await using var pod = await Origin.StartAsync("pod");
        await using var gateway = await Gateway.StartAsync();
        gateway.SetBackend(App, [pod.EndPoint]);

        gateway.DataPlane.SetDefaultBackend(App);
        Assert.Equal("", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz"));
        gateway.SetHost("", (PathMatch.Prefix, "/", App));
        Assert.Equal("", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz"));
        Assert.Equal("pod", await Clients.GetAsync(gateway, "127.0.0.1", "/other"));
        gateway.SetHost("", (PathMatch.Prefix, "/", App), (PathMatch.Exact, "/healthz", App));
        Assert.Equal("pod", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz"));
        gateway.SetHost("", (PathMatch.Regex, "/h.*", App));
        Assert.Equal("pod", await Clients.GetAsync(gateway, "127.0.0.1", "/healthz"));
    }

    [Fact]
    public async Task A_gateway_that_is_about_to_stop_says_so()
    {
        await using var gateway = await Gateway.StartAsync(new DataPlaneOptions
        {
            HttpPort = 0,
            HttpsPort = 0,
            BindAddresses = [IPAddress.Loopback],
            HealthCheckPath = "/alive",
        });
        Assert.Equal(HttpStatusCode.OK, await Clients.StatusAsync(gateway, "127.0.0.1", "/alive"));

        gateway.Drain.Begin();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Clients.StatusAsync(gateway, "127.0.0.1", "/alive"));
    }

    [Fact]
    public async Task It_is_neither_logged_nor_counted()
    {
        await using var accounted = await AccountedGateway.StartAsync();
        accounted.AccessLog.Configure(new AccessLogSettings { Format = "$uri", ForDefaultBackend = true });
        await Clients.GetAsync(accounted.Gateway, "127.0.0.1", "/healthz");
        await Clients.StatusAsync(accounted.Gateway, "app.io", "/next");

        Assert.Equal("/next", await accounted.LineAsync());
        Assert.DoesNotContain("status=\"200\"", await accounted.Registry.TextAsync(), StringComparison.Ordinal);
    }
}
