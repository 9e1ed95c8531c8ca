using System.Net;
using System.Net.Sockets;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster;
using YarpIngress.LocalCluster.Pods;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.EndToEnd;

[assembly: AssemblyFixture(typeof(TestCluster))]

namespace YarpIngress.Tests.EndToEnd;

/// <summary>
/// The cluster and the controller that all end-to-end tests share: the local cluster, or the one that
/// <c>YARPINGRESS_TEST_KUBECONFIG</c> names. See docs/testing.md.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    private static readonly string? ExternalKubeconfig = Environment.GetEnvironmentVariable("YARPINGRESS_TEST_KUBECONFIG");
    private static readonly string? ExternalPodCidr = Environment.GetEnvironmentVariable("YARPINGRESS_TEST_POD_CIDR");

    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private LocalClusterHost? _local;
    private AddressBlock? _block;
    private AddressPool? _addresses;
    private EchoServer? _pods;
    private IngressController? _controller;
    private ApiClient? _api;
    private GatewayClient? _gateway;

    /// <summary>For a test that breaks the cluster and hence has a local one of its own.</summary>
    public bool AlwaysLocal { get; init; }

    /// <summary>Whether this is not the local cluster: then there may be no controllers and no kubelet.</summary>
    public bool IsExternal => !AlwaysLocal && !string.IsNullOrEmpty(ExternalKubeconfig);

    public ApiClient Api => _api ?? throw NotStarted();

    public string Kubeconfig { get; private set; } = "";

    /// <summary>The IngressClass of the shared controller, its own in each run.</summary>
    public string IngressClass => $"e2e-{_run}";

    public string ControllerClass => $"yarp-ingress.dev/e2e-{_run}";

    /// <summary>What the legacy annotation says for the shared controller.</summary>
    public string LegacyClass => $"legacy-{_run}";

    internal GatewayClient Gateway => _gateway ?? throw NotStarted();

    internal IngressController Controller => _controller ?? throw NotStarted();

    /// <summary>The local cluster; a test that needs what only it can do is skipped elsewhere.</summary>
    internal LocalClusterHost Local
    {
        get
        {
            Assert.SkipWhen(IsExternal, "needs the local cluster's own controllers or faults");
            return _local ?? throw NotStarted();
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (IsExternal)
        {
            Kubeconfig = ExternalKubeconfig!;
            _addresses = new AddressPool(IPNetwork.Parse(ExternalPodCidr
                ?? throw new InvalidOperationException(
                    "YARPINGRESS_TEST_KUBECONFIG needs YARPINGRESS_TEST_POD_CIDR: a range of addresses that are local here")));
        }
        else
        {
            _local = await LocalClusterHost.StartAsync(new LocalClusterOptions(), CancellationToken.None);
            Kubeconfig = _local.KubeconfigPath;
            _block = AddressBlock.Claim();
            _addresses = new AddressPool(_block.Pods, _block.Node);
        }

        _api = new ApiClient(ClusterConfig.FromKubeconfig(Kubeconfig));
        _pods = await EchoServer.StartAsync(CancellationToken.None);
        await CreateClassAsync();
        _controller = await StartControllerAsync(options => options);
        _gateway = GatewayOf(_controller);
        await Wait.UntilAsync(() => _controller.IsReady, "the controller is ready");
    }

    /// <summary>The IngressClass of the shared controller.</summary>
    public Task CreateClassAsync() => Api.CreateAsync(
        new V1IngressClass { Metadata = new() { Name = IngressClass }, Spec = new() { Controller = ControllerClass } },
        CancellationToken.None);

    /// <summary>A further controller on the cluster, with options of its own. By default it serves the shared class.</summary>
    internal Task<IngressController> StartControllerAsync(Func<ControllerOptions, ControllerOptions> change) =>
        IngressController.StartAsync(
            change(OwnPorts.Options with
            {
                Kubeconfig = Kubeconfig,
                IngressClass = LegacyClass,
                ControllerClass = ControllerClass,
                ElectionId = $"e2e-{_run}",
                PodNamespace = "default",
                PodName = "shared",
                PublishStatusAddresses = ["192.0.2.10"],
            }),
            CancellationToken.None);

    internal static GatewayClient GatewayOf(IngressController controller) => new(controller.HttpPort, controller.HttpsPort);

    /// <summary>A pod at an address of its own.</summary>
    internal TestPod StartPod(PodIdentity identity)
    {
        while (true)
        {
            var address = _addresses!.Take() ?? throw new InvalidOperationException("the tests' pods have used up all addresses");
            var pod = _pods!.Start(identity, address);
            try
            {
                pod.Listen(TestPod.Port, tls: false);
                return new TestPod(pod, identity.Name);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's server has this address and port; the next one is free.
            }
        }
    }

    /// <summary>A pod that the name <c>localhost</c> leads to, as an ExternalName Service needs it.</summary>
    internal TestPod StartPodOnLocalhost(PodIdentity identity, out int port)
    {
        var pod = _pods!.Start(identity, IPAddress.Loopback);
        while (true)
        {
            port = FreePorts.Take();
            try
            {
                pod.Listen(port, tls: false);
                return new TestPod(pod, identity.Name);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody else's; another one is free.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _gateway?.Dispose();
        if (_controller is not null)
            await _controller.DisposeAsync();
        if (_api is not null)
        {
            await _api.DeleteAsync<V1IngressClass>(null, IngressClass, CancellationToken.None);
            _api.Dispose();
        }

        if (_pods is not null)
            await _pods.DisposeAsync();
        if (_local is not null)
            await _local.DisposeAsync();
        _block?.Dispose();
    }

    private static InvalidOperationException NotStarted() => new("the test cluster has not started");
}
