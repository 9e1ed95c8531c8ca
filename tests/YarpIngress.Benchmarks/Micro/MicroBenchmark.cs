using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace YarpIngress.Benchmarks.Micro;

/// <summary>The hot pieces one by one, with what they allocate, by BenchmarkDotNet in this process.</summary>
internal static class MicroBenchmark
{
    private const int UsualRounds = 5;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private static readonly Type[] Pieces =
    [
        typeof(Lookup), typeof(Requests), typeof(Protections), typeof(NamedPolicies), typeof(Heads), typeof(Counting), typeof(Changes), typeof(Decoding),
        typeof(AddressLists),
    ];

    public static Task RunAsync(BenchmarkArguments arguments, CancellationToken ct)
    {
        using var report = new Report("micro");
        report.Line("micro: one operation of each piece, in a process that does nothing else");
        report.Machine();
        var config = Config(arguments);
        foreach (var piece in Pieces.Where(piece => arguments.Wants(piece.Name.ToLowerInvariant())))
        {
            ct.ThrowIfCancellationRequested();
            var summary = BenchmarkRunner.Run(piece, config);
            if (summary.HasCriticalValidationErrors || summary.Reports.Any(one => !one.Success))
                throw new InvalidOperationException($"{piece.Name} could not be measured; artifacts/bench/micro holds the log");
            var table = new AccumulationLogger();
            MarkdownExporter.Console.ExportToLog(summary, table);
            report.Line();
            report.Line(piece.Name.ToLowerInvariant());
            foreach (var line in table.GetLog().Split('\n').Where(line => line.StartsWith('|')))
                report.Line(line.TrimEnd());
        }
        return Task.CompletedTask;
    }

    private static ManualConfig Config(BenchmarkArguments arguments)
    {
        var job = Job.Default
            // Without a process for each, which would be built first.
            .WithToolchain(InProcessEmitToolchain.Instance)
            // Before each iteration, of a heap with 20,000 Ingresses: longer than all the rest.
            .WithGcForce(false)
            .WithWarmupCount(8)
            .WithIterationCount(arguments.Rounds ?? UsualRounds)
            .WithIterationTime(TimeInterval.FromMilliseconds(arguments.DurationOr(Round).TotalMilliseconds));
        return ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetDirectoryName(Repository.ResultOf("micro"))!, "micro"));
    }
}
