using YarpIngress.Benchmarks.Processes;
using YarpIngress.Benchmarks.Rivals;

namespace YarpIngress.Benchmarks.Load;

/// <summary>
/// Each request on a connection of its own with a TLS 1.3 handshake, a full one or a resumed one: a client of ours, as wrk does
/// not say which.
/// </summary>
internal sealed record Handshakes(string Host, string Path) : ILoad
{
    public int Connections { get; init; } = 16;

    /// <summary>Whether the client takes up the session of an earlier connection.</summary>
    public bool Resumes { get; init; }

    public string Description =>
        $"a new TLS 1.3 connection with a {(Resumes ? "resumed" : "full")} handshake for each request, {Connections} at a time";

    public async Task<LoadResult> RunAsync(Rival target, TimeSpan duration, CancellationToken ct)
    {
        var output = await Tool.RunAsync(
            Launch.Self(HandshakeClient.Mode, $"{target.Https.Port}", Host, Path, $"{Connections}", $"{duration.TotalSeconds:0}", $"{Resumes}")
                with
            { Processor = Processors.Load },
            ct);
        return ResultLine.Parse(output).Result();
    }
}
