using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>Credentials that a plugin prints; kept until they expire or the server refuses them. One run serves all who wait.</summary>
internal sealed class ExecCredentials(ExecPlugin plugin, ClusterEnvironment environment) : Credentials
{
    /// <summary>Some plugins log in somewhere; none of them may hold us up for ever.</summary>
    internal static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    private const int MaxErrorText = 2000;

    private readonly SemaphoreSlim _oneRun = new(1, 1);
    private volatile Issued? _issued;

    private sealed record Issued(Credential Credential, DateTimeOffset? Expires);

    internal override async ValueTask<Credential> GetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (Valid(time) is { } current)
            return current;

        await _oneRun.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Valid(time) is { } meanwhile)
                return meanwhile;

            var issued = Parse(await RunAsync(time, cancellationToken).ConfigureAwait(false));
            _issued = issued;
            return issued.Credential;
        }
        finally
        {
            _oneRun.Release();
        }
    }

    internal override bool Refuse(Credential refused)
    {
        if (_issued is { } issued && ReferenceEquals(issued.Credential, refused))
            Interlocked.CompareExchange(ref _issued, null, issued);
        return true;
    }

    private Credential? Valid(TimeProvider time) =>
        _issued is { } issued && (issued.Expires is not { } expires || time.GetUtcNow() < expires) ? issued.Credential : null;

    private async Task<string> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = plugin.StartInfo() };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            var hint = plugin.InstallHint is { } text ? $" {text.Trim()}" : "";
            var path = environment.Variable("PATH");
            throw Failed(plugin.Command.Contains('/') ? $"can't be started: {e.Message}.{hint}" : $"is not in PATH ({path}).{hint}", e);
        }

        using var limit = new CancellationTokenSource(TimeLimit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(stop.Token);
            var errors = process.StandardError.ReadToEndAsync(stop.Token);
            await Task.WhenAll(output, errors, process.WaitForExitAsync(stop.Token)).ConfigureAwait(false);

            return process.ExitCode == 0
                ? await output.ConfigureAwait(false)
                : throw Failed($"ended with exit code {process.ExitCode}: {Shorten(await errors.ConfigureAwait(false))}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"printed nothing within {TimeLimit.TotalSeconds:0} s.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private Issued Parse(string output)
    {
        try
        {
            var answer = JsonNode.Parse(output) as JsonObject;
            if (answer?["kind"]?.ToString() != "ExecCredential")
                throw Failed("printed something else than an ExecCredential.");
            if (answer["apiVersion"]?.ToString() is var version && version != plugin.ApiVersion)
                throw Failed($"answered in {version ?? "no version"}, the kubeconfig says {plugin.ApiVersion}.");

            var status = answer["status"] as JsonObject ?? throw Failed("printed an ExecCredential without status.");
            var token = status["token"]?.ToString();
            var (certificate, key) = (status["clientCertificateData"]?.ToString(), status["clientKeyData"]?.ToString());
            if (string.IsNullOrEmpty(token) && string.IsNullOrEmpty(certificate))
                throw Failed("printed neither a token nor a client certificate.");
            if (string.IsNullOrEmpty(certificate) != string.IsNullOrEmpty(key))
                throw Failed("printed only one of clientCertificateData and clientKeyData.");

            return new Issued(
                new Credential(
                    string.IsNullOrEmpty(token) ? null : Bearer(token, $"{plugin.Source}: the token of {plugin.Command}"),
                    string.IsNullOrEmpty(certificate)
                        ? null
                        : ClientCertificate.FromPem(certificate, key!, $"{plugin.Source} {plugin.Command}")),
                Expiration(status["expirationTimestamp"]?.ToString()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not e.Message: it may quote the token.
            throw Failed("printed something that is not JSON.");
        }
    }

    private DateTimeOffset? Expiration(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
            ? expires
            : throw Failed($"printed an expirationTimestamp that is no RFC 3339 time: {text}");
    }

    private ClusterConfigException Failed(string problem, Exception? inner = null) =>
        new($"{plugin.Source}: the credential plugin {plugin.Command} {problem}", inner);

    private static string Shorten(string text)
    {
        text = text.Trim();
        return text.Length switch
        {
            0 => "it printed nothing on stderr.",
            > MaxErrorText => "…" + text[^MaxErrorText..],
            _ => text,
        };
    }
}
