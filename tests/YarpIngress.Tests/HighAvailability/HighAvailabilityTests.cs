using System.Net.WebSockets;
using System.Text;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Tests.HighAvailability;

/// <summary>The gateway of the manifests in operation: upgraded, killed, cut off and drained while clients ask without a pause.</summary>
public sealed class HighAvailabilityTests(GatewayCluster gateway) : IClassFixture<GatewayCluster>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rolling_update_of_gateway_and_application_loses_no_request()
    {
        await using var load = SteadyLoad.Start(gateway);
        await load.PassAsync(20);
        await gateway.RollGatewayAsync();
        await load.PassAsync(20);
        await gateway.RollApplicationAsync();
        await load.PassAsync(20);
        await load.EndWithoutFailureAsync();
    }

    [Fact]
    public async Task A_leader_that_is_killed_is_followed_by_one_that_keeps_every_status()
    {
        await gateway.ReadyAsync();
        await Wait.UntilAsync(() => gateway.Leader().Length > 0 && gateway.StatusOf("web") == gateway.Leader(), "status by the leader");
        await using var history = StatusHistory.Follow(gateway.Api);
        await Wait.UntilAsync(() => history.Of("web").Count > 0, "first status");
        var killed = gateway.Leader();
        var survivor = gateway.Replicas().Single(pod => pod.Key.Name != killed).Key.Name;
        gateway.Kill(killed);
        gateway.Cluster.ApplyText(GatewayCluster.Ingress("late", "late.example", "missing"));

        await Wait.UntilAsync(() => gateway.StatusOf("web") is { Length: > 0 } status && status != killed, "status by another");
        await Wait.UntilAsync(() => gateway.StatusOf("late").Length > 0, "status of a new Ingress");
        await gateway.ReadyAsync();
        await Wait.UntilAsync(async () => await gateway.LeadersAsync() == gateway.Leader(), "one leader");
        // Never without, and never by two in turns.
        await Wait.UntilAsync(() => history.Of("web").Count == 2 && history.Of("late").Count == 2, "history");
        Assert.Equal([killed, gateway.Leader()], history.Of("web"));
        Assert.Equal(["", gateway.Leader()], history.Of("late"));
        // The pod in place of the killed one may be faster to lead; what was there when it started is no news to it.
        await AssertEventsAsync("late", gateway.Leader() == survivor ? ["Sync", "ServiceNotFound"] : ["ServiceNotFound"]);
    }

    [Fact]
    public async Task Without_an_API_server_all_replicas_serve_nobody_leads_and_one_does_when_it_is_back()
    {
        await gateway.ReadyAsync();
        await Wait.UntilAsync(async () => (await gateway.LeadersAsync()).Length > 0, "a leader");
        await using var load = SteadyLoad.Start(gateway);
        await gateway.Cluster.ApiServer.StopAsync(Ct);
        // Longer than the Lease lasts.
        await Wait.UntilAsync(async () => (await gateway.LeadersAsync()).Length == 0, "nobody leads");
        await load.PassAsync(50);
        await gateway.Cluster.ApiServer.StartAsync(Ct);

        await Wait.UntilAsync(async () => await gateway.LeadersAsync() is { Length: > 0 } leader && leader == gateway.Leader(), "one leader");
        gateway.Cluster.ApplyText(GatewayCluster.Ingress("afterwards", "afterwards.example", "web"));
        await GatewayCluster.AnswersAsync(gateway.NodePort, "afterwards.example");
        await Wait.UntilAsync(() => gateway.StatusOf("afterwards") == gateway.Leader(), "status of a new Ingress");
        await load.EndWithoutFailureAsync();
    }

    [Fact]
    public async Task A_WebSocket_and_a_slow_download_outlive_the_pod_that_they_came_through()
    {
        await gateway.ReadyAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", GatewayCluster.Host);
        await socket.ConnectAsync(new UriBuilder(gateway.NodePort) { Scheme = "ws" }.Uri, Ct);
        Assert.Equal("before", await EchoAsync(socket, "before"));
        using var http = new HttpClient();
        const int size = 200 << 20;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.NodePort, $"?hx_size={size}"));
        request.Headers.Host = GatewayCluster.Host;
        using var download = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await download.Content.ReadAsStreamAsync(Ct);
        var buffer = new byte[64 << 10];
        var read = await body.ReadAsync(buffer, Ct);

        var old = gateway.Replicas();
        gateway.Restart("yarp-ingress", "yarp-ingress");
        await Wait.UntilAsync(() => gateway.Replicas().All(pod => old.All(one => one.Uid != pod.Uid)), "new replicas");
        foreach (var pod in old)
            await Wait.UntilAsync(() => LocalCluster.Http.IsRefusedAsync($"http://{pod.PodIP}:8080/"), $"{pod.Key.Name} takes no connection");
        // Both old processes take nothing new by now, and what is open goes on.
        Assert.Equal("while draining", await EchoAsync(socket, "while draining"));
        long total = read;
        while ((read = await body.ReadAsync(buffer, Ct)) > 0)
            total += read;
        Assert.Equal(size, total);
        Assert.Equal("still", await EchoAsync(socket, "still"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Ct);
        await gateway.ReadyAsync();
    }

    [Fact]
    public async Task A_change_of_the_ConfigMap_is_live_in_every_replica_without_a_restart()
    {
        await gateway.ReadyAsync();
        var before = gateway.Replicas().Select(pod => (pod.Uid, pod.ReadySince)).ToList();
        await using var load = SteadyLoad.Start(gateway);
        gateway.SetConfig("server-tokens", "true");
        foreach (var pod in gateway.Replicas())
            await Wait.UntilAsync(async () => (await ServerAsync(pod.PodIP!)).StartsWith("yarp-ingress/", StringComparison.Ordinal), "version");
        gateway.SetConfig("server-tokens", "false");
        foreach (var pod in gateway.Replicas())
            await Wait.UntilAsync(async () => await ServerAsync(pod.PodIP!) == "yarp-ingress", "no version");
        await load.EndWithoutFailureAsync();
        Assert.Equal(before, gateway.Replicas().Select(pod => (pod.Uid, pod.ReadySince)));
    }

    private static async Task<string> ServerAsync(string address)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{address}:8080/"), Ct);
        return answer.Headers.Server.ToString();
    }

    private static async Task<string> EchoAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Ct);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, Ct);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    private async Task AssertEventsAsync(string ingress, params string[] reasons)
    {
        async Task<List<Corev1Event>> EventsAsync() =>
            [.. (await gateway.Api.ListAllAsync<Corev1Event>("default", null, Ct)).Items.Where(item => item.InvolvedObject?.Name == ingress)];
        await Wait.UntilAsync(async () => (await EventsAsync()).Count >= reasons.Length, "Events");
        var events = await EventsAsync();
        Assert.Equal(reasons.Order(), events.Select(item => item.Reason).Order());
        Assert.All(events, item => Assert.Equal(1, item.Count));
    }
}
