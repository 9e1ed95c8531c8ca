using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>A client of the gateway: any host name reaches it, and it keeps the certificate that it was shown.</summary>
internal sealed class GatewayClient : IDisposable
{
    private readonly int _httpPort;
    private readonly int _httpsPort;
    private readonly HttpClient _http;

    public GatewayClient(int httpPort, int httpsPort)
    {
        _httpPort = httpPort;
        _httpsPort = httpsPort;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });
    }

    public Task<GatewayAnswer> GetAsync(string host, string path = "/", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, host, path, content: null, headers);

    /// <summary>Asks until the answer is the awaited one.</summary>
    public Task<GatewayAnswer> UntilAsync(string host, string path, Func<GatewayAnswer, bool> isAwaited) =>
        Wait.ForAsync(() => GetAsync(host, path), isAwaited, $"http://{host}{path}");

    public async Task<GatewayAnswer> SendAsync(
        HttpMethod method, string host, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Target($"http://127.0.0.1:{_httpPort}", path)) { Content = content };
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(response);
    }

    /// <summary>A request over TLS with <paramref name="host"/> as SNI, and the certificate that was shown.</summary>
    public async Task<(GatewayAnswer Answer, X509Certificate2 Certificate)> GetSecureAsync(
        string host, string path = "/", Version? version = null)
    {
        X509Certificate2? shown = null;
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
                    return true;
                },
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, Target($"https://127.0.0.1:{_httpsPort}", path))
        {
            Version = version ?? System.Net.HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (await ReadAsync(response), shown!);
    }

    /// <summary>Asks over TLS until the answer is the awaited one.</summary>
    public Task<(GatewayAnswer Answer, X509Certificate2 Certificate)> UntilSecureAsync(
        string host, string path, Func<GatewayAnswer, bool> isAwaited) =>
        Wait.ForAsync(() => GetSecureAsync(host, path), shown => isAwaited(shown.Answer), $"https://{host}{path}");

    public void Dispose() => _http.Dispose();

    // The path goes out as it is written: what the gateway makes of odd ones is what is tested.
    private static Uri Target(string origin, string path) =>
        new(origin + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static async Task<GatewayAnswer> ReadAsync(HttpResponseMessage response)
    {
        // As they came: a Location that was read is another one.
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new GatewayAnswer(
            response.StatusCode, headers, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
