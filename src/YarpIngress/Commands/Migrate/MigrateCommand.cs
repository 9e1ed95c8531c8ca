using YarpIngress.Controller.Updates;
using YarpIngress.Options;

namespace YarpIngress.Commands.Migrate;

/// <summary>
/// <c>migrate [-f PATH…]</c>: what becomes of the Ingresses of ingress-nginx here, each by itself and in sum. Without <c>-f</c> of
/// a live cluster; nothing is written to it.
/// </summary>
internal static class MigrateCommand
{
    // What ingress-nginx's own flags of these names are by default.
    private const string NginxClass = "nginx";
    private const string NginxController = "k8s.io/ingress-nginx";

    private static readonly CommandOption[] Own = [new('f', "filename"), new('o', "output")];

    /// <summary>Exit code 0 when everything is served, with differences or without, 1 when something is refused.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken ct)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable, Own);
        OptionsValidation.Check(line.Options);
        Func<MigrationReport, string> write = line.Values["output"].LastOrDefault() switch
        {
            null or "text" or "plain" => MigrationText.Write,
            "markdown" or "md" => MigrationMarkdown.Write,
            "json" => MigrationJson.Write,
            var other => throw new UsageException($"migrate: -o {other}: must be text, markdown or json"),
        };
        // A shell makes -f *.yaml into -f a.yaml b.yaml.
        IReadOnlyList<string> paths = [.. line.Values["filename"], .. line.Values["filename"].Any() ? line.Arguments : []];
        if (paths.Count == 0 && line.Arguments is [var argument, ..])
            throw new UsageException($"migrate: unexpected argument \"{argument}\"; files are named after -f");

        var cache = await ClusterSource.ReadAsync("migrate", WithClass(line), paths, input, errors, ct);
        var translation = new ClusterTranslation(cache, time);
        translation.Drain();
        var report = new Migration(cache, translation).Report();
        await output.WriteAsync(write(report));
        return report.Ingresses.Any(one => one.Verdict is Verdict.Refused) || report.Others.Any(one => one.Verdict is Verdict.Refused)
            ? ExitCodes.Failure
            : ExitCodes.Success;
    }

    /// <summary>Whose Ingresses: those of ingress-nginx, unless flags say otherwise.</summary>
    private static ControllerOptions WithClass(CommandLine line)
    {
        bool Given(string name) => line.Given.Any(flag => flag.Name == name);
        return line.Options with
        {
            IngressClass = Given("ingress-class") ? line.Options.IngressClass : NginxClass,
            ControllerClass = Given("controller-class") ? line.Options.ControllerClass : NginxController,
        };
    }
}
