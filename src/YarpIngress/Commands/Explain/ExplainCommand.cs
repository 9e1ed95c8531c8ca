using System.Globalization;
using System.Text.Json;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Options;

namespace YarpIngress.Commands.Explain;

/// <summary>
/// <c>explain URL</c>: which Ingress serves a request, and why not the others; <c>explain --request-id ID</c>: what
/// became of a request that failed.
/// </summary>
internal static class ExplainCommand
{
    private static readonly CommandOption[] Own =
    [
        new('X', "method"), new('H', "header"), new('f', "filename"), new('o', "output"), new(NoLetter, "client"),
        new(NoLetter, "request-id"), new(NoLetter, "admin"),
    ];

    private const char NoLetter = '\0';

    /// <summary>Exit code 0 when a pod serves the request, 1 when nothing does.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, TextReader input, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken ct)
    {
        var line = CommandLineParser.Parse(args, Environment.GetEnvironmentVariable, Own);
        OptionsValidation.Check(line.Options);
        var json = line.Values["output"].LastOrDefault() switch
        {
            null or "text" => false,
            "json" => true,
            var other => throw new UsageException($"explain: -o {other}: must be text or json"),
        };
        var admin = line.Values["admin"].LastOrDefault();
        if (line.Values["request-id"].LastOrDefault() is { } id)
            return await AskAsync(line, admin, $"/api/requests/{Uri.EscapeDataString(id)}", json, output, errors, ct);

        var (url, paths) = Arguments(line);
        var method = line.Values["method"].LastOrDefault() ?? "GET";
        var client = line.Values["client"].LastOrDefault();
        var stream = ExplainedStream.IsNamedBy(url) ? ExplainedStream.Parse(url, client) : null;
        var request = stream is null ? ExplainedRequest.Parse(url, method, line.Values["header"], client) : null;
        if (admin is not null)
            return await AskAsync(line, admin, Query(url, method, line.Values["header"], client), json, output, errors, ct);

        var cache = await ClusterSource.ReadAsync("explain", line.Options, paths, input, errors, ct);
        await using var cluster = new ExplainedCluster(cache, line.Options, time);
        if (stream is not null)
        {
            var port = cluster.Explain(stream);
            return await WriteAsync(
                json ? JsonSerializer.Serialize(port, ExplanationJson.Default.StreamExplanation) + "\n" : StreamExplanationText.Write(port),
                port.Answer, output);
        }
        var explanation = cluster.Explain(request!);
        return await WriteAsync(
            json ? JsonSerializer.Serialize(explanation, ExplanationJson.Default.Explanation) + "\n" : ExplanationText.Write(explanation),
            explanation.Answer, output);
    }

    private static async Task<int> WriteAsync(string text, ExplainedAnswer answer, TextWriter output)
    {
        await output.WriteAsync(text);
        return answer.By == ExplainedAnswer.Gateway ? ExitCodes.Failure : ExitCodes.Success;
    }

    // A running controller answers from what it serves by; its own text comes with the JSON.
    private static async Task<int> AskAsync(
        CommandLine line, string? admin, string query, bool json, TextWriter output, TextWriter errors, CancellationToken ct)
    {
        admin ??= string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{line.Options.HealthzPort}");
        var (text, answer, found) = await AdminQuery.AskAsync(admin, query, ct);
        if (!found)
        {
            await errors.WriteLineAsync($"explain: {answer["error"]}");
            return ExitCodes.Failure;
        }
        await output.WriteAsync(json ? text + "\n" : answer["text"]?.ToString() ?? "");
        return answer["answer"]?["by"]?.ToString() == ExplainedAnswer.Gateway ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string Query(string url, string method, IEnumerable<string> headers, string? client) =>
        $"/api/explain?url={Uri.EscapeDataString(url)}&method={Uri.EscapeDataString(method)}"
        + string.Concat(headers.Select(header => $"&header={Uri.EscapeDataString(header)}"))
        + (client is null ? "" : $"&client={Uri.EscapeDataString(client)}");

    // A shell makes -f *.yaml into -f a.yaml b.yaml: beside the URL, arguments are more paths.
    private static (string Url, IReadOnlyList<string> Paths) Arguments(CommandLine line)
    {
        var files = line.Values["filename"].ToList();
        var url = line.Arguments.FirstOrDefault(argument => argument.Contains("://", StringComparison.Ordinal))
            ?? line.Arguments.FirstOrDefault();
        if (url is null)
            throw new UsageException(
                "explain: which request? explain URL [-X METHOD] [-H 'Name: value']... [--client ADDRESS] [-f PATH...]; "
                + "tcp://HOST:PORT and udp://HOST:PORT ask for a port");
        var others = line.Arguments.Where(argument => argument != url).ToList();
        if (others.Count > 0 && files.Count == 0)
            throw new UsageException($"explain: unexpected argument \"{others[0]}\"; files are named after -f");
        return (url, [.. files, .. others]);
    }
}
