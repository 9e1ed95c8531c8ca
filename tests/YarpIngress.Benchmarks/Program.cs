using System.Runtime.InteropServices;
using YarpIngress.Benchmarks;
using YarpIngress.Benchmarks.Churn;
using YarpIngress.Benchmarks.Load;
using YarpIngress.Benchmarks.Micro;
using YarpIngress.Benchmarks.Propagation;
using YarpIngress.Benchmarks.Rivals;
using YarpIngress.Benchmarks.Routes;
using YarpIngress.Benchmarks.Soak;
using YarpIngress.Benchmarks.Startup;
using YarpIngress.Benchmarks.Streams;
using YarpIngress.Benchmarks.Throughput;

var parts = new Dictionary<string, Func<BenchmarkArguments, CancellationToken, Task>>
{
    ["throughput"] = ThroughputBenchmark.RunAsync,
    ["routes"] = RoutesBenchmark.RunAsync,
    ["propagation"] = PropagationBenchmark.RunAsync,
    ["startup"] = StartupBenchmark.RunAsync,
    ["churn"] = ChurnBenchmark.RunAsync,
    ["soak"] = SoakBenchmark.RunAsync,
    ["streams"] = StreamsBenchmark.RunAsync,
    ["micro"] = MicroBenchmark.RunAsync,
};

// What parts start as processes of their own.
var modes = new Dictionary<string, Func<string[], CancellationToken, Task>>
{
    [BareYarpApp.Mode] = BareYarpApp.RunAsync,
    [HandshakeClient.Mode] = HandshakeClient.RunAsync,
    [StockYarpApp.Mode] = StockYarpApp.RunAsync,
    [StreamClient.Mode] = StreamClient.RunAsync,
    [StreamPod.Mode] = StreamPod.RunAsync,
};

// Either signal ends the run in order, so that no proxy is left behind.
using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

if (args is [var mode, .. var rest] && modes.TryGetValue(mode, out var run))
{
    await run(rest, interrupted.Token);
    return 0;
}

try
{
    var arguments = BenchmarkArguments.Parse(args);
    if (arguments.Parts.FirstOrDefault(name => !parts.ContainsKey(name)) is { } unknown)
        throw new FormatException($"no benchmark is named '{unknown}'; there are: {string.Join(", ", parts.Keys)}");
    var failed = false;
    foreach (var name in arguments.Parts is [] ? [.. parts.Keys] : arguments.Parts)
    {
        try
        {
            await parts[name](arguments, interrupted.Token);
        }
        catch (Exception e) when (e is not FormatException && !interrupted.IsCancellationRequested)
        {
            // What is left of an hour's run is worth having.
            Console.Error.WriteLine($"{name} failed: {e}");
            failed = true;
        }
    }
    return failed ? 1 : 0;
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{BenchmarkArguments.Usage}");
    return 2;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    Console.Error.WriteLine("interrupted");
    return 1;
}

void Interrupt(PosixSignalContext context)
{
    context.Cancel = true;
    interrupted.Cancel();
}
