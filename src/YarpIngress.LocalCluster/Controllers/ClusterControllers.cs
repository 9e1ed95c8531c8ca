using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Controllers.DaemonSets;
using YarpIngress.LocalCluster.Controllers.Deployments;
using YarpIngress.LocalCluster.Controllers.Endpoints;
using YarpIngress.LocalCluster.Controllers.Kubelet;
using YarpIngress.LocalCluster.Controllers.ReplicaSets;
using YarpIngress.LocalCluster.Controllers.Services;
using YarpIngress.LocalCluster.Pods;
using YarpIngress.LocalCluster.ServiceProxy;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>
/// Everything that makes objects in the API server come to life: the
/// controller manager, scheduler, kubelet and kube-proxy of a cluster.
/// </summary>
internal sealed class ClusterControllers : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly EchoServer _echo;
    private readonly LocalKubelet _kubelet;
    private readonly ControllerPods _gateways;
    private readonly OpenFronts _fronts;
    private readonly Task _running;

    private ClusterControllers(ApiOperations api, AddressBlock block, EchoServer echo, ClusterControllersOptions options)
    {
        var log = options.Log ?? NullLoggerFactory.Instance;
        var objects = new ClusterObjects(api, options.Time);
        var events = new ClusterEvents(api, options.Time);
        var changes = new ClusterChanges(api, options.Time, log.CreateLogger<ClusterChanges>());
        _echo = echo;
        _fronts = new OpenFronts(block.Node, options.MaxServiceAddresses, log.CreateLogger<OpenFronts>(), options.Time);
        // The kubelet takes note of a change before those who publish its pods.
        var pods = new AddressPool(block.Pods, block.Node);
        _kubelet = new LocalKubelet(objects, events, changes, echo, block, pods, log.CreateLogger<LocalKubelet>());
        _gateways = new ControllerPods(objects, events, changes, pods, block, options.Kubeconfig, log.CreateLogger<ControllerPods>());
        api.LogFileOf = _gateways.LogFileOf;
        var node = new NodeRegistration(api, objects, changes, block, log.CreateLogger<NodeRegistration>());
        var deployments = new DeploymentController(objects, events, changes, log.CreateLogger<DeploymentController>());
        var daemons = new DaemonSetController(objects, events, changes, log.CreateLogger<DaemonSetController>());
        var sets = new ReplicaSetController(objects, events, changes, log.CreateLogger<ReplicaSetController>());
        var slices = new EndpointSliceController(objects, changes, _kubelet.Prepare, log.CreateLogger<EndpointSliceController>());
        var mirror = new EndpointsMirror(objects, changes, log.CreateLogger<EndpointsMirror>());
        var balancers = new LoadBalancerController(objects, events, changes, block, log.CreateLogger<LoadBalancerController>());
        var addresses = new ServiceAddressController(
            objects, changes, _fronts, block.Node, options.ServeClusterIPs, log.CreateLogger<ServiceAddressController>());
        // Who starts a cluster finds its node there.
        node.Register();
        Func<CancellationToken, Task>[] loops =
        [
            changes.RunAsync, node.RunAsync, _kubelet.RunAsync, _gateways.RunAsync, deployments.RunAsync, sets.RunAsync,
            daemons.RunAsync, slices.RunAsync, mirror.RunAsync, balancers.RunAsync, addresses.RunAsync,
        ];
        _running = Task.WhenAll(loops.Select(loop => Task.Run(() => loop(_stop.Token), CancellationToken.None)));
    }

    public static async Task<ClusterControllers> StartAsync(
        ApiOperations api, AddressBlock block, ClusterControllersOptions options, CancellationToken cancel) =>
        new(api, block, await EchoServer.StartAsync(cancel), options);

    /// <summary>How many Service addresses are listened on.</summary>
    public int OpenServiceAddresses => _fronts.Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _fronts.Dispose();
        await _kubelet.DisposeAsync();
        await _gateways.DisposeAsync();
        await _echo.DisposeAsync();
        _stop.Dispose();
    }
}

/// <summary>How the controllers run.</summary>
internal sealed record ClusterControllersOptions
{
    /// <summary>Whether ClusterIPs are listened on; without, only node ports and load balancers are.</summary>
    public bool ServeClusterIPs { get; init; } = true;

    /// <summary>Most Service addresses that are listened on; each takes a file descriptor.</summary>
    public int MaxServiceAddresses { get; init; } = 4096;

    /// <summary>
    /// The kubeconfig of a service account, by which pods that are ingress controllers reach the API server; null runs none. It answers
    /// null while there is no such account.
    /// </summary>
    public Func<ObjectKey, string?>? Kubeconfig { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILoggerFactory? Log { get; init; }
}
