using System.Globalization;
using System.Net;
using System.Net.Sockets;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Layer4.Streams;

/// <summary>A controller with ConfigMaps of TCP ports, UDP ports and settings, and Services whose endpoints are in this process.</summary>
public sealed class StreamBed : IAsyncLifetime
{
    private TestBed? _bed;
    private IngressController? _controller;

    internal TestBed Bed => _bed ?? throw new InvalidOperationException("not started");

    internal IngressController Controller => _controller ?? throw new InvalidOperationException("not started");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        _controller = await StartControllerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_bed is not null)
            await _bed.DisposeAsync();
    }

    /// <summary>A further controller, for a test that stops it.</summary>
    internal Task<IngressController> StartControllerAsync(TimeSpan? drain = null, string maps = "") =>
        Bed.StartReadyControllerAsync(options => options with
        {
            ConfigMap = new ObjectKey("default", "global"),
            TcpServicesConfigMap = new ObjectKey("default", "tcp" + maps),
            UdpServicesConfigMap = new ObjectKey("default", "udp" + maps),
            PostShutdownGracePeriod = drain ?? TimeSpan.FromSeconds(1),
        });

    /// <summary>A port that nobody has, neither for TCP nor for UDP.</summary>
    internal static int FreePort() => FreePorts.Take();

    /// <summary>Sets the ConfigMap of a protocol to these entries.</summary>
    internal Task SetPortsAsync(string map, params IReadOnlyList<(int Port, string Value)> entries) => ApplyMapAsync(
        map, entries.Select(entry => (entry.Port.ToString(CultureInfo.InvariantCulture), entry.Value)));

    /// <summary>
    /// Waits until a port leads to these endpoints, under no settings but the usual: the controller hears of ConfigMaps, Services and
    /// endpoints by streams of their own, in any order, and the test before may have left settings that are just being taken back.
    /// </summary>
    internal Task UntilLeadsAsync(string protocol, int port, params IReadOnlyList<IPEndPoint> endpoints) => Wait.ForAsync(
        async () => (await Bed.AdminAsync(Controller, $"/api/explain?url={protocol}://gateway:{port}")).Body,
        explanation => endpoints.All(one => explanation.Contains($"\"{one}\"", StringComparison.Ordinal))
            && !explanation.Contains("ConfigMap default/global", StringComparison.Ordinal),
        $"{protocol} port {port} leads to {string.Join(", ", endpoints)}");

    /// <summary>Sets the global ConfigMap to these keys.</summary>
    internal Task SetAsync(params IReadOnlyList<(string Key, string Value)> keys) => ApplyMapAsync("global", keys);

    /// <summary>A Service with a port 80 whose endpoints these are, one slice for each.</summary>
    internal async Task SetEndpointsAsync(string service, string protocol, params IReadOnlyList<IPEndPoint> endpoints)
    {
        await Bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Service
            metadata: {name: {{service}}, namespace: default}
            spec: {ports: [{name: data, port: 80, protocol: {{protocol}} }]}
            """);
        // Fixed names, so that what was there before is replaced.
        for (var i = 0; i < 3; i++)
        {
            var ready = i < endpoints.Count ? $$"""[{addresses: [{{endpoints[i].Address}}], conditions: {ready: true} }]""" : "[]";
            await Bed.ApplyAsync($$"""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: {{service}}-{{i}}, namespace: default, labels: {kubernetes.io/service-name: {{service}} } }
                addressType: IPv4
                endpoints: {{ready}}
                ports: [{name: data, protocol: {{protocol}}, port: {{(i < endpoints.Count ? endpoints[i].Port : 1)}} }]
                """);
        }
    }

    /// <summary>The value of a metric of a port.</summary>
    internal async Task<double> MetricAsync(string name, string protocol, int port)
    {
        var (_, text) = await Bed.AdminAsync(Controller, "/metrics");
        var line = text.Split('\n').FirstOrDefault(line =>
            line.StartsWith($"yarp_ingress_controller_{name}{{", StringComparison.Ordinal)
            && line.Contains($"protocol=\"{protocol}\",port=\"{port}\"", StringComparison.Ordinal));
        return line is null ? double.NaN : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>A connection to a port of the gateway, once it is open.</summary>
    internal static async Task<NetworkStream> ConnectAsync(int port)
    {
        Socket? socket = null;
        await Wait.UntilAsync(async () => (socket = await TryConnectAsync(port)) is not null, $"port {port} is open");
        return new NetworkStream(socket!, ownsSocket: true);
    }

    /// <summary>A connection to a port of the gateway; null when nobody listens.</summary>
    internal static async Task<Socket?> TryConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Ct);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private Task ApplyMapAsync(string name, IEnumerable<(string Key, string Value)> entries) => Bed.ApplyAsync($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}, namespace: default}
        data: { {{string.Join(", ", entries.Select(entry => $"\"{entry.Key}\": \"{entry.Value}\""))}} }
        """);
}
