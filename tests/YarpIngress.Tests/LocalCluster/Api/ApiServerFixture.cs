using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>An API server of the test class's own and a client that speaks plain JSON to it.</summary>
public sealed class ApiServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("api-server-");
    private ApiServerHost? _host;
    private HttpClient? _http;
    private int _names;

    internal ApiServerHost Host => _host ?? throw new InvalidOperationException("Not started.");

    internal string Kubeconfig => Path.Combine(_directory.FullName, "kubeconfig");

    /// <summary>Trusts the cluster's authority and carries the token.</summary>
    internal HttpClient Http => _http ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        _host = await ApiServerHost.StartAsync(new ApiServerOptions { KubeconfigPath = Kubeconfig }, TestContext.Current.CancellationToken);
        _http = Client(_host);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Host.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_host is not null)
            await _host.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>A client that checks the server's certificate and has no credentials.</summary>
    internal static HttpClient Client(ApiServerHost host, bool withCertificate = false)
    {
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { host.Certificates.Authority },
        };
        if (withCertificate)
            handler.SslOptions.ClientCertificates = [host.Certificates.Client];
        return new HttpClient(handler) { BaseAddress = host.Address };
    }

    /// <summary>A namespace of the test's own.</summary>
    internal async Task<string> NamespaceAsync()
    {
        var name = $"test-{Interlocked.Increment(ref _names)}";
        (await PostAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""")).Is(201);
        return name;
    }

    internal Task<Answer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, null, accept: accept);

    internal Task<Answer> PostAsync(string path, string body, string contentType = "application/json") =>
        SendAsync(HttpMethod.Post, path, body, contentType);

    internal Task<Answer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body.ToJsonString(), "application/json");

    internal Task<Answer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body, "application/json");

    internal Task<Answer> MergeAsync(string path, string patch) => SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    internal async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? contentType = null, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToList() : [];
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.ToString(), warnings);
    }

    /// <summary>Opens a watch; events are read one by one.</summary>
    internal async Task<WatchReader> WatchAsync(string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        return new WatchReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }
}

/// <summary>An answer that was read to its end.</summary>
internal sealed record Answer(int Code, string Text, string? ContentType, IReadOnlyList<string> Warnings)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? Reason => Json["reason"]?.ToString();

    public string Message => Json["message"]!.ToString();

    public string Version => Json["metadata"]!["resourceVersion"]!.ToString();

    /// <summary>Fails the test when the status is another one.</summary>
    public Answer Is(int code)
    {
        Assert.True(Code == code, $"status {Code}, not {code}: {Text}");
        return this;
    }
}

/// <summary>An open watch.</summary>
internal sealed class WatchReader(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    /// <summary>The next event; null at the end.</summary>
    public async Task<(string Type, JsonObject Object)?> ReadAsync()
    {
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Wait.Deadline, TestContext.Current.CancellationToken);
        if (line is null)
            return null;
        var frame = JsonNode.Parse(line)!;
        return (frame["type"]!.ToString(), frame["object"]!.AsObject());
    }

    /// <summary>The next event as <c>TYPE name</c>.</summary>
    public async Task<string> NextAsync()
    {
        var (type, value) = await ReadAsync() ?? throw new InvalidOperationException("The watch ended.");
        return $"{type} {value["metadata"]?["name"]}".TrimEnd();
    }

    /// <summary>Whether the stream ends, cleanly or cut off, before another event comes.</summary>
    public async Task<bool> HasEndedAsync()
    {
        try
        {
            return await ReadAsync() is null;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}
