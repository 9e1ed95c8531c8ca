using System.Net;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>
/// How long a change takes to go live, at several numbers of hosts, without and with other traffic, beside what it costs
/// other proxies. The gateway's times begin when a watch of the benchmark's own gets the change, theirs with the signal.
/// </summary>
internal static class PropagationBenchmark
{
    private static readonly int[] UsualSizes = [100, 1_000, 20_000];

    public static async Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        using var report = new Report("propagation");
        await using var origin = new Origin(Applications.Origin, IPAddress.Any);
        await using var target = new Origin(Applications.Target, IPAddress.Any);

        report.Line("propagation: from the delivery of a change to the first request that is answered by it");
        report.Line(
            $"{arguments.Changes} changes of each kind; under load: {PropagationLoad.PerSecond:N0} requests/s "
            + $"over {PropagationLoad.Connections} connections");
        report.Machine();
        report.Line();
        report.Line(FigureTable.Head);
        var figures = new List<Figure>();
        await using var cluster = arguments.WantsProxy("ours") ? await BenchmarkCluster.StartAsync(ct) : null;
        if (cluster is not null)
            await cluster.AddServiceAsync(Applications.Target, AddressOf(target), ct);
        var loaded = 0;
        foreach (var size in arguments.Sizes.Count == 0 ? UsualSizes : arguments.Sizes.Order().ToArray())
        {
            if (cluster is not null)
            {
                await cluster.AddApplicationsAsync(loaded, size, AddressOf(origin), ct);
                loaded = size;
                await MeasureGatewayAsync(cluster, size, origin, target, arguments.Changes, Found, ct);
            }

            var rivals = new RivalChanges(size, origin, target, arguments.Changes, Found);
            if (arguments.WantsProxy("nginx") && Tool.IsInstalled("nginx"))
                await rivals.NginxAsync(ct);
            if (arguments.WantsProxy("haproxy") && Tool.IsInstalled("haproxy"))
                await rivals.HaproxyAsync(ct);
            if (arguments.WantsProxy("yarp"))
                await rivals.StockYarpAsync(ct);
            report.Line();
        }

        foreach (var line in RatioTable.Lines(figures))
            report.Line(line);
        UpdateCostPlot.Write(figures);

        void Found(Figure figure)
        {
            figures.Add(figure);
            report.Line(FigureTable.Row(figure));
        }
    }

    private static async Task MeasureGatewayAsync(
        BenchmarkCluster cluster, int size, Origin origin, Origin target, int count, Action<Figure> found, CancellationToken ct)
    {
        await using var gateway = await GatewayProcess.StartAsync(cluster, Processors.Proxy, ct);
        using var http = new HttpProbe(gateway.HttpPort);
        var applications = new Applications(
            cluster.Api, size, AddressOf(origin), AddressOf(target), http, new TlsProbe(gateway.HttpsPort));
        var changes = new GatewayChanges(cluster.Api, gateway, size, count);
        foreach (var underLoad in new[] { false, true })
        {
            await using var load = underLoad ? PropagationLoad.Start(gateway.HttpPort, size, ct) : null;
            var from = underLoad ? changes.Turns : 0;
            found(await changes.MeasureAsync<V1Ingress>("path", underLoad, applications.ChangePath, from, ct));
            found(await changes.MeasureAsync<V1Ingress>("host", underLoad, applications.AddHost, from, ct));
            found(await changes.MeasureAsync<V1EndpointSlice>("endpoint", underLoad, applications.MoveEndpoint, from, ct));
            found(await changes.MeasureAsync<V1Secret>("certificate", underLoad, applications.RotateCertificate, from, ct));
            found(await changes.MeasureAsync<V1Ingress>("annotation", underLoad, applications.Annotate, from, ct));
            if (load?.TakeOutcomes() is { Failed: > 0 } outcomes)
                throw new InvalidOperationException($"other requests failed meanwhile: {outcomes.Failures}");
        }

        await applications.RestoreAsync(ct);
    }

    private static IPEndPoint AddressOf(Origin origin) => new(IPAddress.Parse("127.77.0.1"), origin.Address.Port);
}
