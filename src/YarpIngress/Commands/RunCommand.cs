using System.Runtime.InteropServices;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Observability.Logging;
using YarpIngress.Options;

namespace YarpIngress.Commands;

/// <summary>Runs the controller until a signal stops it.</summary>
internal static partial class RunCommand
{
    // nginx's and logrotate's signal to open log files anew; .NET has no name for it. This is its number on Linux.
    private const int Sigusr1 = 10;

    /// <summary>Exit code 0 after a graceful stop.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable);
        if (line.Arguments is [var argument, ..])
            throw new UsageException($"unexpected argument \"{argument}\"; switches are written --flag=false");
        OptionsValidation.Check(line.Options);

        using var hurry = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        using var loggers = LoggerFactory.Create(logging => logging.AddLog(line.Options));
        Tell(loggers.CreateLogger(typeof(RunCommand).FullName!), line);
        IngressController controller;
        try
        {
            controller = await IngressController.StartAsync(
                line.Options, hurry.Token, accessLog: Console.OpenStandardOutput(), onFirstState: ReturnMemory);
        }
        catch (ClusterConfigException error)
        {
            throw new UsageException(error.Message);
        }
        catch (IOException error)
        {
            // A port that can't be listened on, or a certificate that can't be read: the text names the flag.
            await Console.Error.WriteLineAsync($"yarp-ingress: {error.Message}");
            return ExitCodes.Failure;
        }
        await using (controller)
        using (PosixSignalRegistration.Create((PosixSignal)Sigusr1, OnReopen))
        {
            await asked.Task;
            await controller.StopAsync(hurry.Token);
        }
        return ExitCodes.Success;

        void OnReopen(PosixSignalContext signal)
        {
            // Otherwise the system goes on to end the process.
            signal.Cancel = true;
            controller.ReopenAccessLog();
        }

        // The first stops gracefully, the second at once, the third as the system does it.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = !hurry.IsCancellationRequested;
            if (!asked.TrySetResult())
                hurry.Cancel();
        }
    }

    // Lists and first translation leave as much behind as they keep. Nobody waits for an answer yet, so now is the time to
    // give it back; a process that hosts more than this controller would not want that.
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static void Tell(ILogger log, CommandLine line)
    {
        if (line.NoMeaning.Count > 0)
            Log.NoMeaning(log, Names(line.NoMeaning));
    }

    private static string Names(IReadOnlyList<Flag> flags) => string.Join(", ", flags.Select(flag => "--" + flag.Name));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Flags without meaning here are ignored: {Flags}", EventName = "FlagsIgnored")]
        public static partial void NoMeaning(ILogger log, string flags);
    }
}
