using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;

namespace YarpIngress.Benchmarks.Soak;

/// <summary>
/// Has another process of .NET collect all of its garbage. Without that, the size of a heap says how much garbage was kept
/// too, which goes up for as long as nothing needs the memory.
/// </summary>
internal static class FullCollection
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";

    // A trace with it begins with a collection; nothing else of the trace is of interest.
    private const long CollectsFirst = 0x800000;

    public static async Task RunAsync(int process, CancellationToken ct)
    {
        var provider = new EventPipeProvider(Runtime, EventLevel.Informational, CollectsFirst);
        using var trace = await new DiagnosticsClient(process).StartEventPipeSessionAsync(provider, requestRundown: false, token: ct);
        var drained = trace.EventStream.CopyToAsync(Stream.Null, ct);
        await trace.StopAsync(ct);
        await drained;
    }
}
