using YarpIngress.Commands.Explain;
using YarpIngress.Commands.Migrate;
using YarpIngress.Options;
using YarpIngress.Translation;

namespace YarpIngress.Commands;

/// <summary>Picks the command that the first argument names; flags alone run the controller.</summary>
internal static class Command
{
    // The image of ingress-nginx starts with this argument in most manifests.
    private const string NginxProgram = "/nginx-ingress-controller";

    /// <summary>Runs it; the result is the exit code. Throws <see cref="UsageException"/> for what the caller wrote wrong.</summary>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        if (args is [NginxProgram, ..])
            args = args[1..];
        var command = args is [var first, ..] && !first.StartsWith('-') ? first : "";
        var rest = command.Length > 0 ? args[1..] : args;

        if (command == "help" || AsksFor(rest, "help", "h"))
        {
            await output.WriteAsync(HelpText.Write());
            return ExitCodes.Success;
        }
        if (command == "version" || (command.Length == 0 && AsksFor(rest, "version")))
        {
            await output.WriteLineAsync($"yarp-ingress {ProductVersion.Release}");
            return ExitCodes.Success;
        }
        return command switch
        {
            "" => await RunCommand.RunAsync(rest),
            "translate" => Translate(rest, input, output, errors),
            "explain" => await ExplainCommand.RunAsync(rest, input, output, errors, TimeProvider.System, CancellationToken.None),
            "migrate" => await MigrateCommand.RunAsync(rest, input, output, errors, TimeProvider.System, CancellationToken.None),
            _ => throw Unknown(command),
        };
    }

    private static int Translate(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable, [new('f', "filename")]);
        OptionsValidation.Check(line.Options);
        // A shell makes -f *.yaml into -f a.yaml b.yaml.
        IReadOnlyList<string> paths = [.. line.Values["filename"], .. line.Values["filename"].Any() ? line.Arguments : []];
        if (paths.Count == 0 && line.Arguments is [var argument, ..])
            throw new UsageException($"translate: unexpected argument \"{argument}\"; files are named after -f");
        return TranslateCommand.Run(line.Options.Translation(), paths, input, output, errors);
    }

    private static bool AsksFor(string[] args, params string[] names) =>
        args.TakeWhile(arg => arg != "--")
            .Any(arg => names.Any(name => arg == "--" + name || arg == "-" + name || arg == $"--{name}=true"));

    private static UsageException Unknown(string command)
    {
        var nearest = NearestName.Find(command, ["translate", "explain", "migrate", "help", "version"]) is { } match
            ? $"; did you mean {match}?"
            : "";
        return new UsageException(
            $"unknown command \"{command}\"{nearest} (--help lists commands and flags; switches are written --flag=false)");
    }
}
