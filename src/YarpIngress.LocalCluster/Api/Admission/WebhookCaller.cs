using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Admission;

/// <summary>
/// Calls a webhook over HTTPS, by its URL or by its Service: then under the Service's DNS name, at one of its endpoints, as an API
/// server with <c>--enable-aggregator-routing</c> does.
/// </summary>
internal static class WebhookCaller
{
    private const int LargestAnswer = 3 << 20;

    /// <summary>The answer's <c>response</c>.</summary>
    /// <exception cref="WebhookCallException">There was none.</exception>
    public static async Task<JsonObject> CallAsync(JsonObject webhook, JsonObject review, ObjectStore store, CancellationToken ct)
    {
        var seconds = webhook.Integer("timeoutSeconds") ?? 10;
        var client = webhook.Object("clientConfig") ?? [];
        var target = Target(client, seconds);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            using var http = new HttpClient(Handler(client, store)) { MaxResponseContentBufferSize = LargestAnswer };
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(review.ToJsonString()));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = content };
            request.Headers.UserAgent.ParseAdd("kube-apiserver-admission");
            using var answer = await http.SendAsync(request, timeout.Token).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(timeout.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new WebhookCallException(
                    "failed to call webhook: an error on the server "
                    + $"({JsonSerializer.Serialize(Encoding.UTF8.GetString(body), Texts.Default.String)}) has prevented the "
                    + "request from succeeding");
            return Response(body, review);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new WebhookCallException($"failed to call webhook: Post \"{target}\": context deadline exceeded");
        }
        catch (Exception error) when (error is HttpRequestException or SocketException or IOException)
        {
            throw new WebhookCallException($"failed to call webhook: Post \"{target}\": {(error.InnerException ?? error).Message}");
        }
    }

    private static Uri Target(JsonObject client, long seconds)
    {
        var timeout = string.Create(CultureInfo.InvariantCulture, $"timeout={seconds}s");
        if (client.String("url") is { } url)
            return new UriBuilder(url) { Query = timeout }.Uri;
        var service = client.Object("service");
        return new UriBuilder(
            "https", $"{service.String("name")}.{service.String("namespace")}.svc", (int)(service.Integer("port") ?? 443),
            service.String("path") ?? "/")
        { Query = timeout }.Uri;
    }

    private static SocketsHttpHandler Handler(JsonObject client, ObjectStore store)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(client.String("caBundle")) },
        };
        if (client.Object("service") is { } service)
            handler.ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(EndPoint(service, store), ct).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        return handler;
    }

    private static X509ChainPolicy? Policy(string? bundle)
    {
        if (string.IsNullOrEmpty(bundle))
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        return policy;
    }

    private static IPEndPoint EndPoint(JsonObject reference, ObjectStore store)
    {
        var (ns, name) = (reference.String("namespace") ?? "", reference.String("name") ?? "");
        var wanted = reference.Integer("port") ?? 443;
        var service = store.Find(ResourceCatalog.Services, StoredObject.KeyOf(ns, name))?.Decode<V1Service>()
            ?? throw new HttpRequestException($"service \"{name}\" not found");
        var port = service.Spec?.Ports?.Find(candidate => candidate.Port == wanted)
            ?? throw new HttpRequestException($"no service port {wanted} found for service \"{name}\"");
        var endPoints = store.Snapshot(ResourceCatalog.EndpointSlices).Objects
            .Where(slice => slice.Namespace == ns && slice.Labels.GetValueOrDefault("kubernetes.io/service-name") == name)
            .Select(slice => slice.Decode<V1EndpointSlice>())
            .SelectMany(slice => EndPoints(slice, port.Name ?? ""))
            .ToList();
        return endPoints.Count > 0
            ? endPoints[Random.Shared.Next(endPoints.Count)]
            : throw new HttpRequestException($"no endpoints available for service \"{name}\"");
    }

    private static IEnumerable<IPEndPoint> EndPoints(V1EndpointSlice slice, string portName)
    {
        if (slice.Ports?.Find(port => (port.Name ?? "") == portName)?.Port is not { } number)
            yield break;
        foreach (var endpoint in slice.Endpoints ?? [])
        {
            if (endpoint.Conditions?.Ready != false && endpoint.Addresses is [var address, ..] && IPAddress.TryParse(address, out var ip))
                yield return new IPEndPoint(ip, number);
        }
    }

    private static JsonObject Response(byte[] body, JsonObject review)
    {
        JsonObject? answer;
        try
        {
            answer = JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException error)
        {
            throw new WebhookCallException($"received invalid webhook response: {error.Message}");
        }
        if (answer.String("kind") != "AdmissionReview" || answer.String("apiVersion") != V1AdmissionReview.Version)
            throw new WebhookCallException(
                $"received invalid webhook response: expected webhook response of {V1AdmissionReview.Version}, Kind=AdmissionReview, "
                + $"got {answer.String("apiVersion")}, Kind={answer.String("kind")}");
        if (answer.Object("response") is not { } response)
            throw new WebhookCallException("received invalid webhook response: webhook response was absent");
        var uid = review.Object("request").String("uid");
        if (response.String("uid") != uid)
            throw new WebhookCallException(
                $"received invalid webhook response: expected response.uid=\"{uid}\", got \"{response.String("uid")}\"");
        return response;
    }
}

/// <summary>A webhook that could not be asked, or gave no answer that counts; what happens then is its <c>failurePolicy</c>.</summary>
internal sealed class WebhookCallException(string message) : Exception(message);
