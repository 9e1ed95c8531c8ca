using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

public sealed class ReadinessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_API_server_that_is_down_at_start_is_waited_for()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await bed.Server.StopAsync(Ct);

        var controller = await bed.StartControllerAsync();
        Assert.Equal(200, (await bed.AdminAsync(controller, "/healthz")).Status);
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/readyz")).Body.Contains(
                "[-]informer ingresses: not connected since"), "detail");
        var (status, detail) = await bed.AdminAsync(controller, "/readyz");
        Assert.Equal(503, status);
        Assert.Contains("[-]sync: waiting for", detail);
        var early = await RawClient.ExchangeAsync(controller.HttpPort, "GET / HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 503 ", early);
        Assert.Contains("\r\nServer: yarp-ingress\r\n", early);
        Assert.Contains("\r\nContent-Type: text/html\r\n", early);

        await bed.Server.StartAsync(Ct);
        await Wait.UntilAsync(() => controller.IsReady, "ready controller");
        Assert.Equal(200, (await bed.AdminAsync(controller, "/readyz")).Status);
        Assert.Equal((200, "web"), await bed.GetAsync(controller, "web.example"));
    }

    [Fact]
    public async Task An_API_server_that_goes_away_costs_neither_traffic_nor_readiness()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync();

        await bed.Server.StopAsync(Ct);
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/readyz?verbose")).Body.Contains(
                "[+]informer ingresses: not connected since"), "detail");
        Assert.Equal(200, (await bed.AdminAsync(controller, "/readyz")).Status);
        Assert.Contains("api_up{", (await bed.AdminAsync(controller, "/metrics")).Body);
        Assert.Equal((200, "web"), await bed.GetAsync(controller, "web.example"));

        await bed.Server.StartAsync(Ct);
        await bed.ApplyIngressAsync("late", "late.example", "web");
        await Wait.UntilAsync(async () => await bed.GetAsync(controller, "late.example") == (200, "web"), "new Ingress live");
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/readyz?verbose")).Body.Contains(
                "[+]informer ingresses: connected since"), "recovery");
    }

    [Fact]
    public async Task Metrics_tell_what_is_live()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyServiceAsync("web", new(System.Net.IPAddress.Loopback, 1));
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await bed.ApplyIngressAsync("broken", "broken.example", "missing");
        var controller = await bed.StartReadyControllerAsync();

        var (status, metrics) = await bed.AdminAsync(controller, "/metrics");
        Assert.Equal(200, status);
        foreach (var (name, value) in (IEnumerable<(string, int)>)[("hosts", 2), ("routes", 2), ("ingresses", 2), ("config_last_reload_successful", 1)])
            Assert.Matches($@"(?m)^yarp_ingress_controller_{name}\{{[^}}]*\}} {value}$", metrics);
        foreach (var (name, state) in (IEnumerable<(string, string)>)[("backends", "ready"), ("backends", "empty"), ("endpoints", "ready")])
            Assert.Matches($@"(?m)^yarp_ingress_controller_{name}\{{[^}}]*state=""{state}""\}} 1$", metrics);
        Assert.Matches("""(?m)^yarp_ingress_controller_problems\{.*kind="Ingress",reason="ServiceNotFound",severity="error"\} 1$""", metrics);
        Assert.Matches("""(?m)^yarp_ingress_controller_api_up\{.*kind="endpointslices"\} 1$""", metrics);
    }
}
