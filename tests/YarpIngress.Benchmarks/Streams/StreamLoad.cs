using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Streams;

/// <summary>Clients of <see cref="StreamPod"/> behind a proxy; a request is what <see cref="StreamKind"/> says.</summary>
internal sealed record StreamLoad(StreamKind Kind, int Clients, string Description) : ILoad
{
    public async Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct)
    {
        var address = Kind switch { StreamKind.Datagram => target.Udp, StreamKind.Hello => target.Https, _ => target.Tcp };
        var output = await Tool.RunAsync(
            Launch.Self(
                StreamClient.Mode, $"{address.Port}", $"{Kind}", $"{Clients}", $"{duration.TotalSeconds:0}", StreamsBenchmark.PassedHost)
                with
            { Processor = Processors.Load },
            ct);
        return ResultLine.Parse(output).Result();
    }
}
