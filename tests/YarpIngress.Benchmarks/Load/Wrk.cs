using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>wrk: HTTP/1.1 over keep-alive connections, without TLS.</summary>
internal sealed record Wrk(string Host, string Path) : ILoad
{
    public int Connections { get; init; } = 64;

    public string Description => $"HTTP/1.1, {Connections} connections kept alive";

    public async Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct)
    {
        var output = await Tool.RunAsync(
            new Launch(
                "wrk", Tool.Find("wrk"), "-t", "1", "-c", $"{Connections}", "-d", $"{duration.TotalSeconds:0}s",
                "-s", Repository.Asset("Load", "Scripts", "wrk.lua"), "-H", $"Host: {Host}", $"http://{target.Http}{Path}")
            {
                Processor = Processors.Load,
            },
            ct);
        return ResultLine.Parse(output);
    }
}
