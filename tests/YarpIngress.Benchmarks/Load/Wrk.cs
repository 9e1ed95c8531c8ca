using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>wrk: HTTP/1.1 over keep-alive connections, without TLS.</summary>
internal sealed record Wrk(string Host, string Path) : ILoad
{
    public int Connections { get; init; } = 64;

    /// <summary>Whether the right answer is a refusal, such as the 404 of an unknown host.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Asks for one of so many hosts of <see cref="Site.Of"/> each time, at random; 0 for always the same one.</summary>
    public int RandomHosts { get; init; }

    public string Description => $"HTTP/1.1, {Connections} connections kept alive";

    public async Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct)
    {
        var output = await Tool.RunAsync(
            new Launch(
                "wrk", Tool.Find("wrk"), "-t", "1", "-c", $"{Connections}", "-d", $"{duration.TotalSeconds:0}s",
                "-s", Repository.Asset("Load", "Scripts", RandomHosts > 0 ? "random-host.lua" : "wrk.lua"),
                "-H", $"Host: {Host}", $"http://{target.Http}{Path}", "--", $"{RandomHosts}")
            {
                Processor = Processors.Load,
            },
            ct);
        return ResultLine.Parse(output).Result(IsRefused);
    }
}
