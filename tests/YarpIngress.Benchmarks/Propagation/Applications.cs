using System.Net;
using YarpIngress.Benchmarks.Cluster;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using static YarpIngress.Benchmarks.Cluster.BenchmarkObjects;

namespace YarpIngress.Benchmarks.Propagation;

/// <summary>The applications of one size of the benchmark, all of which lead to the origin, and the changes made to them.</summary>
internal sealed class Applications(ApiClient api, int size, IPEndPoint origin, IPEndPoint target, HttpProbe http, TlsProbe tls)
{
    public const string Origin = "origin";
    public const string Target = "target";

    // Beyond every size, so that they can be taken away again before the next.
    private const int FirstAdded = 1_000_000;
    private const int MostTouched = 200;
    private const string AccessLog = "yarp.ingress.kubernetes.io/enable-access-log";
    private readonly HashSet<int> _touched = [];
    private int _added;

    /// <summary>An Ingress gets a path more that leads to the target or, when all have it, loses it again.</summary>
    public Change ChangePath(int turn)
    {
        var (index, again) = PlainOf(turn, share: 0);
        var own = BenchmarkObjects.Path("/", NameOf(index));
        var changed = again ? Ingress(index, own) : Ingress(index, own, BenchmarkObjects.Path("/added", Target));
        return new Change(
            NameOf(index),
            ct => api.ReplaceAsync(changed, ct),
            ct => http.UntilAsync(HostOf(index), "/added", again ? Origin : Target, ct));
    }

    /// <summary>An Ingress with a host that was unknown is created.</summary>
    public Change AddHost(int turn)
    {
        var index = FirstAdded + Plain(turn);
        _added = Math.Max(_added, turn + 1);
        var added = Ingress(index, BenchmarkObjects.Path("/", Target));
        return new Change(NameOf(index), ct => api.CreateAsync(added, ct), ct => http.UntilAsync(HostOf(index), "/", Target, ct));
    }

    /// <summary>The endpoint of a Service moves to the target or, when all have moved, back.</summary>
    public Change MoveEndpoint(int turn)
    {
        var (index, again) = PlainOf(turn, share: 1);
        var changed = Slice(NameOf(index), again ? origin : target);
        return new Change(
            NameOf(index),
            ct => api.ReplaceAsync(changed, ct),
            ct => http.UntilAsync(HostOf(index), "/", again ? Origin : Target, ct));
    }

    /// <summary>The Secret of an Ingress gets another certificate.</summary>
    public Change RotateCertificate(int turn)
    {
        var index = CertifiedOf(turn);
        var certificate = HostCertificate.For(HostOf(index));
        return new Change(
            NameOf(index),
            ct => api.ReplaceAsync(Certificate(index, certificate), ct),
            ct => tls.UntilAsync(HostOf(index), certificate.SerialNumber, ct));
    }

    /// <summary>An annotation of an Ingress changes; what it does, clients do not see.</summary>
    public Change Annotate(int turn)
    {
        var (index, again) = PlainOf(turn, share: 2);
        var changed = Ingress(index, BenchmarkObjects.Path("/", NameOf(index)));
        changed.Metadata.Annotations = new() { [AccessLog] = again ? "true" : "false" };
        return new Change(NameOf(index), ct => api.ReplaceAsync(changed, ct), null);
    }

    /// <summary>Brings back what there was before the changes.</summary>
    public async Task RestoreAsync(CancellationToken ct)
    {
        for (; _added > 0; _added--)
            await api.DeleteAsync<V1Ingress>(Namespace, NameOf(FirstAdded + Plain(_added - 1)), ct);
        foreach (var index in _touched)
        {
            await api.ReplaceAsync(Slice(NameOf(index), origin), ct);
            await api.ReplaceAsync(Ingress(index, BenchmarkObjects.Path("/", NameOf(index))), ct);
        }
    }

    // Each kind of change has a third of the applications to itself. They are spread over it, so that no part of the
    // gateway's memory is always warm, and each is touched once before the first is touched again.
    private (int Index, bool Again) PlainOf(int turn, int share)
    {
        var third = (size - (size / 10)) / 3;
        var (number, round) = Spread(turn, third);
        var index = Plain((share * third) + number);
        _touched.Add(index);
        return (index, round % 2 == 1);
    }

    private int CertifiedOf(int turn) => Certified(Spread(turn, size / 10).Number);

    private static (int Number, int Round) Spread(int turn, int candidates)
    {
        var touched = Math.Min(candidates, MostTouched);
        return (turn % touched * (candidates / touched), turn / touched);
    }
}
