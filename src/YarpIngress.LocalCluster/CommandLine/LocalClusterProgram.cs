using System.Runtime.InteropServices;
using YarpIngress.Commands;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Gateway;
using YarpIngress.Observability.Logging;
using YarpIngress.Options;

namespace YarpIngress.LocalCluster.CommandLine;

/// <summary>Runs a cluster until a signal stops it.</summary>
internal static class LocalClusterProgram
{
    private static readonly TimeSpan PodPatience = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        try
        {
            var arguments = LocalClusterArguments.Parse(args);
            if (arguments.Help)
            {
                await output.WriteLineAsync(LocalClusterArguments.HelpText);
                return ExitCodes.Success;
            }

            PortCheck.Check(arguments);
            if (Path.GetDirectoryName(Path.GetFullPath(arguments.KubeconfigOut)) is { } directory && !Directory.Exists(directory))
                throw new UsageException($"--kubeconfig-out={arguments.KubeconfigOut}: there is no directory {directory}");
            return await ServeAsync(arguments, output);
        }
        catch (UsageException error)
        {
            await errors.WriteLineAsync($"local cluster: {error.Message}");
            return ExitCodes.Usage;
        }
        catch (Exception error) when (error is ManifestException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            await errors.WriteLineAsync($"local cluster: {error.Message}");
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> ServeAsync(LocalClusterArguments arguments, TextWriter output)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        var quickstart = arguments.Apply is null && !arguments.NoController ? Quickstart.Find() : null;
        if (arguments.Apply is null && !arguments.NoController && quickstart is null)
            await output.WriteLineAsync("examples/quickstart is not here: nothing is applied. --apply PATH applies manifests of yours.");
        var controller = GatewayWebhook.In(new ControllerOptions
        {
            HttpPort = arguments.HttpPort,
            HttpsPort = arguments.HttpsPort,
            HealthzPort = arguments.HealthzPort,
            ConfigMap = GatewayServices.Settings,
            TcpServicesConfigMap = GatewayServices.TcpServices,
            UdpServicesConfigMap = GatewayServices.UdpServices,
            LogFormat = LogFormat.Console,
            // There is nobody to take over from here: Ctrl-C ends within seconds.
            PostShutdownGracePeriod = TimeSpan.FromSeconds(2),
        });
        void Quietly(ILoggingBuilder logging)
        {
            logging.AddLog(controller);
            logging.Services.Configure<LoggerFilterOptions>(filter =>
            {
                filter.Rules.Clear();
                filter.MinLevel = LogLevel.Warning;
            });
        }

        using var log = LoggerFactory.Create(Quietly);
        try
        {
            await using var cluster = await LocalClusterHost.StartAsync(
                new LocalClusterOptions
                {
                    ApiServerPort = arguments.ApiServerPort,
                    KubeconfigPath = arguments.KubeconfigOut,
                    Apply = arguments.Apply ?? (quickstart is null ? [] : [quickstart]),
                    Controller = arguments.NoController ? null : controller,
                    Log = log,
                    ControllerLog = Quietly,
                    Progress = output.WriteLine,
                },
                stop.Token);
            await WaitForApplicationsAsync(cluster, stop.Token);
            foreach (var line in NextSteps.Of(cluster, quickstart is not null))
                await output.WriteLineAsync(line);
            await output.WriteLineAsync("\nCtrl-C stops.");
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await output.WriteLineAsync("Stopped.");
        }

        return ExitCodes.Success;

        // The first signal stops, a second one ends the process as the system does it.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>
    /// What is printed is to work at once: pods of what was applied are given a moment to become ready, load balancers to get an address.
    /// </summary>
    private static async Task WaitForApplicationsAsync(LocalClusterHost cluster, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(PodPatience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (!cluster.Api.List(ResourceCatalog.Deployments, null).Items.All(item => IsAvailable(item.Decode<V1Deployment>()))
                || !cluster.Api.List(ResourceCatalog.Services, null).Items.All(item => HasAddress(item.Decode<V1Service>())))
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A Deployment that can't become available, or a Service that gets no address, is no reason not to start; kubectl shows
            // why it is not.
        }
    }

    private static bool IsAvailable(V1Deployment deployment) =>
        (deployment.Status?.AvailableReplicas ?? 0) >= (deployment.Spec?.Replicas ?? 1);

    private static bool HasAddress(V1Service service) =>
        service.Spec?.Type != "LoadBalancer" || service.Status?.LoadBalancer?.Ingress is { Count: > 0 };
}
