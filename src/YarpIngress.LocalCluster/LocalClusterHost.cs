using System.Net;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Api.Services;
using YarpIngress.LocalCluster.Controllers;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Gateway;
using YarpIngress.LocalCluster.Manifests;

namespace YarpIngress.LocalCluster;

/// <summary>
/// A cluster in this process: API server, controllers, echo pods,
/// Service addresses and, if wanted, the ingress controller.
/// </summary>
/// <remarks>Several can run side by side, in one process or in many: each has a block of loopback addresses of its own.</remarks>
internal sealed class LocalClusterHost : IAsyncDisposable
{
    private readonly LocalClusterOptions _options;
    private readonly ManifestApply _manifests;
    private readonly bool _ownsKubeconfig;
    private ClusterControllers? _controllers;

    private LocalClusterHost(LocalClusterOptions options, AddressBlock addresses, ApiServerHost apiServer)
    {
        _options = options;
        _ownsKubeconfig = options.KubeconfigPath is null;
        Addresses = addresses;
        ApiServer = apiServer;
        _manifests = new ManifestApply(apiServer.Operations);
    }

    /// <summary>The API server, with its faults for tests.</summary>
    public ApiServerHost ApiServer { get; }

    /// <summary>The API without HTTP.</summary>
    public ApiOperations Api => ApiServer.Operations;

    /// <summary>The cluster's loopback addresses.</summary>
    public AddressBlock Addresses { get; }

    /// <summary>The administrator's kubeconfig.</summary>
    public string KubeconfigPath =>
        ApiServer.KubeconfigPath ?? throw new InvalidOperationException("The API server was started without a kubeconfig.");

    /// <summary>The ingress controller in this process, if there is one.</summary>
    public IngressController? Controller { get; private set; }

    /// <summary>How many Service addresses are listened on.</summary>
    public int OpenServiceAddresses => _controllers?.OpenServiceAddresses ?? 0;

    /// <summary>Starts everything, in the order in which it needs each other. Does not wait for pods.</summary>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="Kubernetes.ManifestException">A manifest can't be read.</exception>
    public static async Task<LocalClusterHost> StartAsync(LocalClusterOptions options, CancellationToken cancel)
    {
        var addresses = AddressBlock.Claim();
        ApiServerHost apiServer;
        try
        {
            apiServer = await ApiServerHost.StartAsync(
                new ApiServerOptions
                {
                    Port = options.ApiServerPort,
                    KubeconfigPath = options.KubeconfigPath
                        ?? Path.Combine(Path.GetTempPath(), $"local-cluster-{Guid.NewGuid():n}.kubeconfig"),
                    Services = new ServiceAddressOptions { ClusterIps = addresses.Services },
                    HistoryLimit = options.HistoryLimit,
                    Log = options.Log,
                },
                cancel);
        }
        catch
        {
            addresses.Dispose();
            throw;
        }

        var host = new LocalClusterHost(options, addresses, apiServer);
        try
        {
            await host.BeginAsync(cancel);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies manifests as <c>kubectl apply</c> does. Says what it did, object by object.</summary>
    public IReadOnlyList<string> Apply(params IEnumerable<string> paths) => _manifests.ApplyPaths(paths);

    /// <summary>Applies the manifests in a text.</summary>
    public IReadOnlyList<string> ApplyText(string yaml) => _manifests.ApplyText(yaml);

    public async ValueTask DisposeAsync()
    {
        if (Controller is { } controller)
            await controller.DisposeAsync();
        if (_controllers is { } controllers)
            await controllers.DisposeAsync();
        await ApiServer.DisposeAsync();
        Addresses.Dispose();
        if (_ownsKubeconfig)
            File.Delete(KubeconfigPath);
    }

    private async Task BeginAsync(CancellationToken cancel)
    {
        _options.Progress?.Invoke($"API server on {ApiServer.Address}, kubeconfig {KubeconfigPath}");
        if (_options.RunControllers)
        {
            _controllers = await ClusterControllers.StartAsync(
                Api,
                Addresses,
                new ClusterControllersOptions
                {
                    ServeClusterIPs = _options.ServeClusterIPs,
                    MaxServiceAddresses = _options.MaxServiceAddresses,
                    Kubeconfig = ApiServer.KubeconfigOf,
                    Log = _options.Log,
                },
                cancel);
            _options.Progress?.Invoke(
                $"Pods on {Addresses.Pods}, Services on {Addresses.Services}, load balancers on {Addresses.LoadBalancers}, "
                + $"node {Addresses.Node}");
        }

        foreach (var line in Apply(_options.Apply))
            _options.Progress?.Invoke(line);
        if (_options.Controller is { } options)
            await StartControllerAsync(options, cancel);
    }

    private async Task StartControllerAsync(Options.ControllerOptions options, CancellationToken cancel)
    {
        // The gateway's Services come first: their addresses are what the controller publishes. Their endpoints come when its ports are
        // known.
        GatewayServices.CreateServices(Api, PortRefusal.Of(80, Addresses.LoadBalancers.BaseAddress) is null, options.ControllerClass);
        foreach (var map in (ObjectKey?[])[options.ConfigMap, options.TcpServicesConfigMap, options.UdpServicesConfigMap])
        {
            // As if somebody had applied them empty, so that kubectl apply goes on from there.
            if (map is { Namespace: GatewayServices.Namespace, Name: var name }
                && Api.Find(ResourceCatalog.ConfigMaps, GatewayServices.Namespace, name) is null)
            {
                ApplyText($"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, namespace: {GatewayServices.Namespace}}}}}");
            }
        }

        var hasWebhook = options.ValidatingWebhookConfiguration is not null;
        if (hasWebhook)
            GatewayWebhook.Register(Api);
        options = options with
        {
            Kubeconfig = KubeconfigPath,
            // All addresses would collide with pods that listen on the same port of theirs.
            BindAddresses = options.BindAddresses.Count > 0 ? options.BindAddresses : [IPAddress.Loopback],
            HealthzHosts = options.HealthzHosts.Count > 0 ? options.HealthzHosts : [IPAddress.Loopback],
            PublishService = options.PublishService ?? (options.PublishStatusAddresses.Count > 0 ? null : GatewayServices.LoadBalancer),
            PodNamespace = options.PodNamespace ?? GatewayServices.Namespace,
        };
        Controller = await IngressController.StartAsync(options, cancel, _options.ControllerLog);
        GatewayServices.SetEndpoints(Api, options.BindAddresses[0], Controller.HttpPort, Controller.HttpsPort);
        if (hasWebhook)
            GatewayWebhook.SetEndpoint(Api, Controller.AdmissionPort);
        await Controller.Synced.WaitAsync(cancel);
        var address = options.BindAddresses[0];
        _options.Progress?.Invoke(
            $"Ingress controller on http://{address}:{Controller.HttpPort} and https://{address}:{Controller.HttpsPort}");
    }
}
