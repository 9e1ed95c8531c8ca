using System.Globalization;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

/// <summary><c>--enable-topology-aware-routing</c> from the objects of a cluster to the pod that answers.</summary>
public sealed class TopologyTests
{
    [Fact]
    public async Task Each_replica_prefers_the_endpoints_of_its_zone()
    {
        await using var bed = await TestBed.StartAsync();
        await using var near = await Origin.StartAsync("near");
        await using var far = await Origin.StartAsync("far");
        foreach (var (pod, node, zone) in ((string, string, string)[])[("controller-0", "node-a", "zone-a"), ("controller-1", "node-b", "zone-b")])
            await bed.ApplyAsync($$"""
                apiVersion: v1
                kind: Node
                metadata: {name: {{node}}, labels: {topology.kubernetes.io/zone: {{zone}} } }
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: {{pod}}, namespace: default}
                spec: {nodeName: {{node}}, containers: [{name: controller, image: yarp-ingress}]}
                """);
        await ApplyServiceAsync(bed, "trafficDistribution: PreferClose,", (near, "zone-a"), (far, "zone-b"));
        await bed.ApplyIngressAsync("web", "web.example", "web");

        var first = await bed.StartReadyControllerAsync(options => options with { EnableTopologyAwareRouting = true });
        var second = await bed.StartReadyControllerAsync(options => options with { EnableTopologyAwareRouting = true });
        var plain = await bed.StartReadyControllerAsync();
        await Wait.UntilAsync(async () => await AnsweringAsync(bed, first) == "near", "first replica's zone");
        await Wait.UntilAsync(async () => await AnsweringAsync(bed, second) == "far", "second replica's zone");
        Assert.Equal("far near", await AnsweringAsync(bed, plain));

        // A zone without an endpoint is served by the others.
        await ApplyServiceAsync(bed, "trafficDistribution: PreferClose,", (near, "zone-b"), (far, "zone-b"));
        await Wait.UntilAsync(async () => await AnsweringAsync(bed, first) == "far near", "no endpoint for the zone");

        await ApplyServiceAsync(bed, "internalTrafficPolicy: Local,", (near, "zone-a"), (far, "zone-b"));
        await Wait.UntilAsync(async () => await AnsweringAsync(bed, first) == "near", "endpoints of the node");
    }

    [Fact]
    public async Task Pods_are_reached_over_IPv6_and_counted_once()
    {
        await using var bed = await TestBed.StartAsync();
        await using var v4 = await Origin.StartAsync("v4");
        await using var v6 = await IPv6Origin.StartAsync("v6");
        await bed.ApplyAsync("""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {clusterIP: None, ipFamilyPolicy: SingleStack, ipFamilies: [IPv4], ports: [{port: 80}]}
            """);
        // Past the validation, which allows no loopback address but those of the local cluster's pods.
        bed.Server.Operations.Store.Insert(ResourceCatalog.EndpointSlices, ManifestReader.ReadText($$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-v6, namespace: default, uid: a, labels: {kubernetes.io/service-name: web} }
            addressType: IPv6
            endpoints: [{addresses: ['::1'], conditions: {ready: true}, targetRef: {kind: Pod, name: one} }]
            ports: [{port: {{v6.Port}} }]
            """).Single().Object);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync();
        Assert.Equal((200, "v6"), await bed.GetAsync(controller, "web.example"));
        await bed.ApplyAsync($$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-v4, namespace: default, labels: {kubernetes.io/service-name: web} }
            addressType: IPv4
            endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}, targetRef: {kind: Pod, name: one} }]
            ports: [{port: {{v4.EndPoint.Port}} }]
            """);
        await Wait.UntilAsync(async () => await AnsweringAsync(bed, controller) == "v4", "the first family");
    }

    /// <summary>Who answers; several requests reach all that may.</summary>
    private static async Task<string> AnsweringAsync(TestBed bed, YarpIngress.Controller.IngressController controller)
    {
        var answers = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 8; i++)
            answers.Add((await bed.GetAsync(controller, "web.example")).Body);
        return string.Join(' ', answers);
    }

    private static async Task ApplyServiceAsync(TestBed bed, string field, params (Origin Origin, string Zone)[] endpoints)
    {
        await bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: { {{field}} ports: [{port: 80}]}
            """);
        foreach (var (origin, zone) in endpoints)
            await bed.ApplyAsync(string.Create(CultureInfo.InvariantCulture, $$"""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-{{origin.EndPoint.Port}}, namespace: default, labels: {kubernetes.io/service-name: web} }
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}, nodeName: {{zone.Replace("zone", "node", StringComparison.Ordinal)}}, hints: {forZones: [{name: {{zone}} }]} }]
                ports: [{port: {{origin.EndPoint.Port}} }]
                """));
    }

    /// <summary>Answers every connection on ::1.</summary>
    private sealed class IPv6Origin : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.IPv6Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private Task _answering = Task.CompletedTask;

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public static Task<IPv6Origin> StartAsync(string body)
        {
            var origin = new IPv6Origin();
            origin._listener.Start();
            origin._answering = origin.AnswerAsync(body);
            return Task.FromResult(origin);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Stop();
            await _answering;
            _stop.Dispose();
        }

        private async Task AnswerAsync(string body)
        {
            var answer = System.Text.Encoding.ASCII.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                    var stream = client.GetStream();
                    // A request without a body is one read, or what is missing does not matter here.
                    await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, _stop.Token);
                    await stream.WriteAsync(answer, _stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // Asked to end.
            }
        }
    }
}
