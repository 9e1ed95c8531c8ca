using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Controller.Admission;

/// <summary>
/// A certificate that the replicas make for themselves: in one Secret that they share, trusted by the <c>caBundle</c> of the one
/// ValidatingWebhookConfiguration that they may write. Any replica does what is missing; who comes second sees that it is done.
/// </summary>
internal sealed partial class SelfMadeCertificates(
    ApiClient api, ObjectKey secret, string configuration, ILogger<SelfMadeCertificates> log, TimeProvider time) : IWebhookCertificates
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource _exists = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile WebhookCertificate? _current;
    private SelfMadePair? _presented;
    private string? _told;

    public WebhookCertificate? Current => _current;

    public Task Exists => _exists.Task;

    private string ConfigurationPath =>
        $"/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/{Uri.EscapeDataString(configuration)}";

    public Task BeginAsync(CancellationToken ct) => Task.CompletedTask;

    public async Task RunAsync(CancellationToken ct)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await RefreshAsync(ct);
                (pause, _told) = (Period, null);
            }
            catch (ApiException error)
            {
                // Another replica was faster when it is a conflict; the rest is told once.
                if (error.StatusCode != StatusCodes.Status409Conflict && _told != error.Message)
                {
                    Log.Failed(log, secret, configuration, error.Message);
                    _told = error.Message;
                }
                pause = pause >= Period ? FirstPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, Period.Ticks));
            }
            await Task.Delay(pause * (0.8 + (0.4 * Random.Shared.NextDouble())), time, ct);
        }
    }

    private async Task RefreshAsync(CancellationToken ct)
    {
        var webhooks = (await api.SendAsync(HttpMethod.Get, ConfigurationPath, null, "", ct))["webhooks"] as JsonArray ?? [];
        string[] names = [.. webhooks.Select(NameOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            throw new ApiException($"get {ConfigurationPath}", ApiException.UnreadableAnswer, "it has no webhook with a clientConfig");
        var pair = await PairAsync(names, ct);
        // Trusted first, presented then: until both are done there is no call that fails for it.
        await TrustAsync(webhooks, pair, ct);
        if (pair == _presented)
            return;
        _current = WebhookCertificate.Parse(pair.Certificate, pair.Key);
        _presented = pair;
        _exists.TrySetResult();
        Log.Presented(log, string.Join(", ", names), _current.Leaf.NotAfter);
    }

    private async Task<SelfMadePair> PairAsync(string[] names, CancellationToken ct)
    {
        V1Secret? stored = null;
        try
        {
            stored = await api.GetAsync<V1Secret>(secret.Namespace, secret.Name, ct);
        }
        catch (ApiException error) when (error.StatusCode == StatusCodes.Status404NotFound)
        {
            // Then it is made, where that is allowed; the chart makes an empty one instead.
        }
        var (now, former) = (time.GetUtcNow(), stored is null ? null : SelfMadePair.Read(stored));
        if (former?.Serves(names, now) == true)
            return former;
        var made = SelfMadePair.Make(names, now, former);
        var written = new V1Secret
        {
            Metadata = new V1ObjectMeta { Name = secret.Name, NamespaceProperty = secret.Namespace },
            Data = made.ToData(),
        };
        if (stored is null)
            await api.CreateAsync(written, ct);
        else
            await api.PatchAsync<V1Secret>(
                secret.Namespace, secret.Name,
                Patch.Merge(new JsonObject
                {
                    // Only what was read is replaced.
                    ["metadata"] = new JsonObject { ["resourceVersion"] = stored.Metadata.ResourceVersion },
                    ["data"] = new JsonObject(written.Data.Select(
                        pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, Convert.ToBase64String(pair.Value)))),
                }),
                ct);
        Log.Made(log, secret);
        return made;
    }

    private async Task TrustAsync(JsonArray webhooks, SelfMadePair pair, CancellationToken ct)
    {
        var bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Authorities));
        var changes = new JsonArray();
        for (var i = 0; i < webhooks.Count; i++)
        {
            if ((string?)webhooks[i]?["clientConfig"]?["caBundle"] == bundle)
                continue;
            // The test fails the patch if somebody has put another webhook there meanwhile.
            changes.Add((JsonNode)new JsonObject
            {
                ["op"] = "test",
                ["path"] = $"/webhooks/{i}/name",
                ["value"] = webhooks[i]?["name"]?.DeepClone(),
            });
            changes.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = $"/webhooks/{i}/clientConfig/caBundle", ["value"] = bundle });
        }
        if (changes.Count == 0)
            return;
        await api.SendAsync(HttpMethod.Patch, ConfigurationPath, changes, "application/json-patch+json", ct);
        Log.Trusted(log, configuration);
    }

    /// <summary>The name that the API server checks; null for what is no webhook.</summary>
    private static string? NameOf(JsonNode? webhook)
    {
        if (webhook?["clientConfig"] is not JsonObject client)
            return null;
        if (client["service"] is JsonObject service)
            return $"{(string?)service["name"]}.{(string?)service["namespace"]}.svc";
        return Uri.TryCreate((string?)client["url"], UriKind.Absolute, out var url) ? url.IdnHost : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "The webhook presents its certificate for {Names}, valid until {NotAfter}", EventName = "WebhookCertificatePresented")]
        public static partial void Presented(ILogger log, string names, DateTime notAfter);

        [LoggerMessage(2, LogLevel.Information,
            "A certificate for the webhook was made, in Secret {Secret}", EventName = "WebhookCertificateMade")]
        public static partial void Made(ILogger log, ObjectKey secret);

        [LoggerMessage(3, LogLevel.Information,
            "The caBundle of ValidatingWebhookConfiguration {Configuration} was set", EventName = "WebhookTrusted")]
        public static partial void Trusted(ILogger log, string configuration);

        [LoggerMessage(4, LogLevel.Warning,
            "The webhook's certificate, in Secret {Secret} and ValidatingWebhookConfiguration {Configuration}, can't be kept "
            + "current: {Error}",
            EventName = "WebhookCertificateFailed")]
        public static partial void Failed(ILogger log, ObjectKey secret, string configuration, string error);
    }
}
