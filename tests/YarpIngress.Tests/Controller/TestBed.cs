using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Api;
using YarpIngress.Options;

namespace YarpIngress.Tests.Controller;

/// <summary>An API server without controllers or pods of its own, and as many ingress controllers as a test starts.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly DirectoryInfo _directory;
    private readonly List<IngressController> _controllers = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) });

    private TestBed(DirectoryInfo directory, ApiServerHost server)
    {
        (_directory, Server) = (directory, server);
        Api = new ApiClient(ClusterConfig.FromKubeconfig(server.KubeconfigPath!));
    }

    public ApiServerHost Server { get; }

    public ApiClient Api { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TestBed> StartAsync()
    {
        var directory = Directory.CreateTempSubdirectory("yarp-ingress-test-");
        var server = await ApiServerHost.StartAsync(
            new ApiServerOptions { KubeconfigPath = Path.Combine(directory.FullName, "kubeconfig") }, Ct);
        var bed = new TestBed(directory, server);
        await bed.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: yarp}
            spec: {controller: yarp-ingress.dev/controller}
            """);
        return bed;
    }

    /// <summary>Starts a controller on ports of its own; does not wait until it is ready.</summary>
    public async Task<IngressController> StartControllerAsync(
        Func<ControllerOptions, ControllerOptions>? change = null, ILoggerProvider? log = null, TimeProvider? time = null)
    {
        var options = OwnPorts.Options with
        {
            Kubeconfig = Server.KubeconfigPath,
            PodName = $"controller-{_controllers.Count}",
            PodNamespace = "default",
            // A leader that is not run for some seconds, on a machine with much else to do, keeps its Lease.
            ElectionTtl = TimeSpan.FromSeconds(12),
        };
        options = change?.Invoke(options) ?? options;
        OptionsValidation.Check(options);
        var controller = await IngressController.StartAsync(options, Ct, logging =>
        {
            if (log is not null)
                logging.AddProvider(log).AddFilter("YarpIngress", LogLevel.Information);
        }, time);
        _controllers.Add(controller);
        return controller;
    }

    /// <summary>Starts a controller and waits until it is ready.</summary>
    public async Task<IngressController> StartReadyControllerAsync(
        Func<ControllerOptions, ControllerOptions>? change = null, ILoggerProvider? log = null, TimeProvider? time = null)
    {
        var controller = await StartControllerAsync(change, log, time);
        await Wait.UntilAsync(() => controller.IsReady, "ready controller");
        return controller;
    }

    /// <summary>Creates or replaces the objects of a manifest.</summary>
    public async Task ApplyAsync(string yaml)
    {
        foreach (var document in ManifestReader.ReadText(yaml))
        {
            var (collection, name) = PathOf(document.Object);
            await Api.SendAsync(
                HttpMethod.Patch, $"{collection}/{name}?fieldManager=test&force=true", document.Object, "application/apply-patch+yaml", Ct);
        }
    }

    /// <summary>A Service <c>NAME</c> with port 80 whose only endpoint is <paramref name="endPoint"/>.</summary>
    public Task ApplyServiceAsync(string name, IPEndPoint endPoint, string ns = "default", string? appProtocol = null) => ApplyAsync($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec: {ports: [{port: 80{{(appProtocol is null ? "" : $", appProtocol: {appProtocol}")}} }]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: {{name}}-1, namespace: {{ns}}, labels: {kubernetes.io/service-name: {{name}} } }
        addressType: IPv4
        endpoints: [{addresses: [{{endPoint.Address}}], conditions: {ready: true} }]
        ports: [{port: {{endPoint.Port}} }]
        """);

    /// <summary>An Ingress for one host and one Service.</summary>
    public Task ApplyIngressAsync(string name, string host, string service, string @class = "yarp", string ns = "default") => ApplyAsync($$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          ingressClassName: {{@class}}
          rules:
          - host: {{host}}
            http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{service}}, port: {number: 80} } } } ] }
        """);

    /// <summary>Asks for a path of a host; the status and the body.</summary>
    public async Task<(int Status, string Body)> GetAsync(IngressController controller, string host, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(controller.HttpPort, path));
        request.Headers.Host = host;
        using var answer = await _http.SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Asks the admin port.</summary>
    public async Task<(int Status, string Body)> AdminAsync(IngressController controller, string path)
    {
        using var answer = await _http.GetAsync(Url(controller.AdminPort, path), Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>The addresses in an Ingress' status.</summary>
    public async Task<string> StatusAsync(string name, string ns = "default")
    {
        var ingress = await Api.GetAsync<V1Ingress>(ns, name, Ct);
        return string.Join(',', ingress.Status?.LoadBalancer?.Ingress?.Select(address => address.Ip ?? address.Hostname) ?? []);
    }

    /// <summary>Events about an object, as type, reason and message.</summary>
    public async Task<IReadOnlyList<Corev1Event>> EventsAsync(string kind, string name)
    {
        var events = await Api.ListAllAsync<Corev1Event>(null, null, Ct);
        return [.. events.Items.Where(item => item.InvolvedObject?.Kind == kind && item.InvolvedObject.Name == name)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var controller in _controllers)
            await controller.DisposeAsync();
        Api.Dispose();
        await Server.DisposeAsync();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    private static Uri Url(int port, string path) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"));

    private static (string Collection, string Name) PathOf(JsonObject value)
    {
        var kind = (string)value["kind"]!;
        var ns = (string?)value["metadata"]!["namespace"];
        var name = (string)value["metadata"]!["name"]!;
        return (kind switch
        {
            "Ingress" => V1Ingress.Resource.CollectionPath(ns),
            "IngressClass" => V1IngressClass.Resource.CollectionPath(null),
            "Service" => V1Service.Resource.CollectionPath(ns),
            "EndpointSlice" => V1EndpointSlice.Resource.CollectionPath(ns),
            "ConfigMap" => V1ConfigMap.Resource.CollectionPath(ns),
            "Secret" => V1Secret.Resource.CollectionPath(ns),
            "Namespace" => V1Namespace.Resource.CollectionPath(null),
            "Pod" => V1Pod.Resource.CollectionPath(ns),
            "Node" => V1Node.Resource.CollectionPath(null),
            "ValidatingWebhookConfiguration" => "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
            _ => throw new ArgumentException($"no path for {kind}", nameof(value)),
        }, name);
    }
}
