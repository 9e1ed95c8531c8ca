using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Controllers;

/// <summary>Clients of Services, over real sockets.</summary>
public sealed class ServiceTrafficTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly TestNamespace _ns = fixture.NewNamespace();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ClusterIP_leads_to_all_pods_in_turn()
    {
        _ns.Apply(TestNamespace.Deployment("web", 3) + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 3);
        var url = $"http://{ServiceAddress("web")}/";
        await AnsweredAsync(url);
        // The proxy learns of the endpoints by itself.
        await Wait.UntilAsync(async () => (await PodsOfAsync(url, 3)).Distinct().Count() == 3, "all pods behind the address");
        var answers = await PodsOfAsync(url, 9);
        Assert.Equal([3, 3, 3], answers.GroupBy(pod => pod).Select(group => group.Count()));
    }

    [Fact]
    public async Task A_node_port_leads_to_the_pods_from_the_node_and_from_localhost()
    {
        _ns.Apply(
            TestNamespace.Deployment("web", 1) + TestNamespace.Service("web", "type: NodePort\nports: [{port: 80, targetPort: http}]"));
        await _ns.EndpointsAsync("web", 1);
        var port = _ns.Get(ResourceCatalog.Services, "web").ItemsAt("spec", "ports").Single().NumberAt("nodePort");
        await AnsweredAsync($"http://{fixture.Cluster.Addresses.Node}:{port}/");
        _ns.Delete(ResourceCatalog.Services, "web");
        await Wait.UntilAsync(() => Http.IsRefusedAsync($"http://{fixture.Cluster.Addresses.Node}:{port}/"), "a refused connection");
    }

    [Fact]
    public async Task A_load_balancer_has_an_address_that_leads_to_the_pods()
    {
        _ns.Apply(TestNamespace.Deployment("web", 1)
            + TestNamespace.Service("web", "type: LoadBalancer\nports: [{port: 8000, targetPort: http}]"));
        await _ns.EndpointsAsync("web", 1);
        await Wait.UntilAsync(() => BalancerAddress("web") is not null, "an address");
        var address = IPAddress.Parse(BalancerAddress("web")!);
        Assert.True(fixture.Cluster.Addresses.LoadBalancers.Contains(address));
        await AnsweredAsync($"http://{address}:8000/");
        _ns.Modify(ResourceCatalog.Services, "web", service => service["spec"]!["type"] = "ClusterIP");
        await Wait.UntilAsync(() => BalancerAddress("web") is null, "no address");
        await Wait.UntilAsync(() => Http.IsRefusedAsync($"http://{address}:8000/"), "a refused connection");
    }

    [Fact]
    public async Task A_load_balancer_gets_the_address_it_asks_for_if_nobody_has_it()
    {
        var wanted = new IPAddress([127, fixture.Cluster.Addresses.Node.GetAddressBytes()[1], 100, 7]).ToString();
        _ns.Apply(TestNamespace.Service("one", $"type: LoadBalancer\nloadBalancerIP: {wanted}\nports: [{{port: 8000}}]"));
        await Wait.UntilAsync(() => BalancerAddress("one") == wanted, "the address");
        _ns.Apply(TestNamespace.Service("two", $"type: LoadBalancer\nloadBalancerIP: {wanted}\nports: [{{port: 8000}}]"));
        await Wait.UntilAsync(
            () => _ns.List(ResourceCatalog.Events).Any(value => value.ToJson().TextAt("reason") == "SyncLoadBalancerFailed"), "an Event");
        Assert.Null(BalancerAddress("two"));
    }

    [Fact]
    public async Task A_client_stays_with_its_pod()
    {
        _ns.Apply(TestNamespace.Deployment("web", 3)
            + TestNamespace.Service("web", "sessionAffinity: ClientIP\nports: [{port: 80, targetPort: http}]"));
        await _ns.EndpointsAsync("web", 3);
        var url = $"http://{ServiceAddress("web")}/";
        await AnsweredAsync(url);
        Assert.Single((await PodsOfAsync(url, 9)).Distinct());
    }

    [Fact]
    public async Task Without_endpoints_a_Service_refuses_its_clients()
    {
        _ns.Apply(TestNamespace.Service("web"));
        await Wait.UntilAsync(() => _ns.Slices("web").Count == 1, "an empty slice");
        Assert.True(await Http.IsRefusedAsync($"http://{ServiceAddress("web")}/"));
    }

    [Fact]
    public async Task Slices_made_by_hand_are_served()
    {
        using var server = new TcpListener(fixture.Cluster.Addresses.Node, 0);
        server.Start();
        var endpoint = (IPEndPoint)server.LocalEndpoint;
        _ns.Apply($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: outside}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: { name: by-hand, labels: { kubernetes.io/service-name: outside } }
            addressType: IPv4
            endpoints: [{ addresses: [ {{endpoint.Address}} ] }]
            ports: [{ name: "", port: {{endpoint.Port}} }]
            """);
        await Wait.UntilAsync(async () => !await IsRefusedAsync(ServiceAddress("outside")), "an open port");
        using var accepted = await server.AcceptTcpClientAsync(Cancel);
    }

    [Fact]
    public async Task A_rollout_loses_no_request()
    {
        // Old pods serve on for long enough that even a busy machine's proxy has learnt that they go.
        const string image = "        image: echo:1\n";
        _ns.Apply(
            TestNamespace.Deployment("web", 3, "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}").Replace(
                image, image + "        lifecycle: {preStop: {sleep: {seconds: 5}}}\n", StringComparison.Ordinal)
            + TestNamespace.Service("web"));
        await _ns.EndpointsAsync("web", 3);
        var url = $"http://{ServiceAddress("web")}/";
        await AnsweredAsync(url);
        var old = _ns.Pods().Select(pod => pod.Key.Name).ToHashSet();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var answers = new ConcurrentQueue<string>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskAsync(url, answers, stop.Token), Cancel)).ToList();
        await Wait.UntilAsync(() => answers.Any(old.Contains), "an answer of an old pod");
        _ns.Modify(
            ResourceCatalog.Deployments, "web",
            deployment => deployment["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "echo:2");
        await Wait.UntilAsync(() => _ns.List(ResourceCatalog.Pods).All(pod => !old.Contains(pod.Name)), "the end of all old pods");
        // A client whose request failed has ended.
        await Wait.UntilAsync(
            () => clients.Any(client => client.IsFaulted) || answers.Any(pod => !old.Contains(pod)), "an answer of a new pod");
        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    private string? BalancerAddress(string service) =>
        _ns.Get(ResourceCatalog.Services, service).ItemsAt("status", "loadBalancer", "ingress").FirstOrDefault().TextAt("ip");

    private string ServiceAddress(string service)
    {
        var spec = _ns.Get(ResourceCatalog.Services, service).ObjectAt("spec");
        return $"{spec.TextAt("clusterIP")}:{spec.ItemsAt("ports").First().NumberAt("port")}";
    }

    private static Task AnsweredAsync(string url) => Wait.UntilAsync(() => Http.IsAnsweredAsync(url), $"an answer from {url}");

    private static async Task<List<string>> PodsOfAsync(string url, int requests)
    {
        var pods = new List<string>();
        for (var i = 0; i < requests; i++)
            pods.Add((await Http.GetAsync(url)).TextAt("pod")!);
        return pods;
    }

    /// <summary>Asks until it is told to stop; any failure fails the test.</summary>
    private static async Task AskAsync(string url, ConcurrentQueue<string> pods, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            pods.Enqueue((await Http.GetAsync(url)).TextAt("pod")!);
    }

    private static async Task<bool> IsRefusedAsync(string address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPEndPoint.Parse(address), Cancel);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
