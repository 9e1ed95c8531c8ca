using YarpIngress.Controller;
using YarpIngress.Kubernetes;
using YarpIngress.Options;

namespace YarpIngress.Commands.Explain;

/// <summary><c>explain URL</c>: which Ingress serves a request, and why not the others.</summary>
internal static class ExplainCommand
{
    private static readonly CommandOption[] Own = [new('X', "method"), new('H', "header"), new('f', "filename")];

    /// <summary>Exit code 0 when a pod serves the request, 1 when nothing does.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken ct)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable, Own);
        OptionsValidation.Check(line.Options);
        var (url, paths) = Arguments(line);
        var request = ExplainedRequest.Parse(url, line.Values["method"].LastOrDefault() ?? "GET", line.Values["header"]);

        ClusterCache cache;
        try
        {
            cache = paths.Count > 0
                ? ManifestCluster.Read(line.Options.Translation(), paths, input).Cache
                : await ReadClusterAsync(line.Options, errors, ct);
        }
        catch (Exception error) when (error is ManifestException or ClusterConfigException or ApiException)
        {
            throw new UsageException($"explain: {error.Message}");
        }

        var translation = new ClusterTranslation(cache, time);
        translation.Drain();
        var explanation = Explainer.Explain(request, cache, translation);
        await output.WriteAsync(ExplanationText.Write(explanation, time.GetUtcNow().UtcDateTime));
        return explanation.GatewayStatus == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    // A shell makes -f *.yaml into -f a.yaml b.yaml: beside the URL, arguments are more paths.
    private static (string Url, IReadOnlyList<string> Paths) Arguments(CommandLine line)
    {
        var files = line.Values["filename"].ToList();
        var url = line.Arguments.FirstOrDefault(argument => argument.Contains("://", StringComparison.Ordinal))
            ?? line.Arguments.FirstOrDefault();
        if (url is null)
            throw new UsageException("explain: which request? explain URL [-X METHOD] [-H 'Name: value']... [-f PATH...]");
        var others = line.Arguments.Where(argument => argument != url).ToList();
        if (others.Count > 0 && files.Count == 0)
            throw new UsageException($"explain: unexpected argument \"{others[0]}\"; files are named after -f");
        return (url, [.. files, .. others]);
    }

    private static async Task<ClusterCache> ReadClusterAsync(ControllerOptions options, TextWriter errors, CancellationToken ct)
    {
        var cluster = ClusterConfig.Load(options.Cluster());
        using var api = new ApiClient(cluster);
        return await ClusterSnapshot.ReadAsync(api, cluster.Server, options, errors, ct);
    }
}
