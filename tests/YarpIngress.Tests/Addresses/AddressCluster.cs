using Microsoft.AspNetCore.Http;
using YarpIngress.Controller;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Addresses;

/// <summary>A controller that believes this machine's X-Forwarded-For, so that a test can be any client, in front of one pod.</summary>
public sealed class AddressCluster : IAsyncLifetime
{
    private const string Settings = "address-settings";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly HttpClient _http2 = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
    {
        DefaultRequestVersion = System.Net.HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private TestBed? _bed;
    private IngressController? _controller;
    private Origin? _pod;
    private int _names;

    internal TestBed Bed => _bed ?? throw NotStarted();

    internal IngressController Controller => _controller ?? throw NotStarted();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        _pod = await Origin.StartAsync(
            context => context.Response.WriteAsync($"pod for {context.Request.Headers["X-Real-IP"]}", context.RequestAborted));
        await Bed.ApplyServiceAsync("web", _pod.EndPoint);
        await SetAsync(("use-forwarded-headers", "true"));
        _controller = await Bed.StartReadyControllerAsync(options => options with { ConfigMap = new("default", Settings) });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _http2.Dispose();
        if (_bed is not null)
            await _bed.DisposeAsync();
        if (_pod is not null)
            await _pod.DisposeAsync();
    }

    /// <summary>Another controller by the same ConfigMap, whose default backend is the pod.</summary>
    internal Task<IngressController> StartWithDefaultBackendAsync() => Bed.StartReadyControllerAsync(options => options with
    {
        ConfigMap = new("default", Settings),
        DefaultBackendService = new("default", "web"),
    });

    /// <summary>A client of another controller.</summary>
    internal OtherClient To(IngressController controller) => new(_http, controller);

    /// <summary>The ConfigMap, with these entries and no others.</summary>
    internal Task SetAsync(params (string Key, string Value)[] entries) => Bed.ApplyAsync($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{Settings}}, namespace: default}
        data:
          generate-request-id: "true"
        {{string.Concat(entries.Select(entry => $"  {entry.Key}: {Quoted(entry.Value)}\n"))}}
        """);

    /// <summary>A host that nobody has.</summary>
    internal string NewHost() => $"h{Interlocked.Increment(ref _names)}.example.com";

    /// <summary>The Ingress of a path of a host.</summary>
    internal Task ApplyAsync(string host, string path, params (string Name, string Value)[] annotations) => Bed.ApplyAsync($$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata:
          name: {{host.Split('.')[0]}}{{path.Replace('/', '-')}}x
          namespace: default
          annotations:
            example.com/nothing: "1"
        {{string.Concat(annotations.Select(one => $"    nginx.ingress.kubernetes.io/{one.Name}: {Quoted(one.Value)}\n"))}}
        spec:
          ingressClassName: yarp
          rules:
          - host: {{host}}
            http: {paths: [{path: {{path}}, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } } ] }
        """);

    /// <summary>What a client at an address gets.</summary>
    internal async Task<(int Status, string Body)> GetAsync(
        string host, string client, string path = "/", bool http2 = false, string method = "GET",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{Controller.HttpPort}{path}");
        if (http2)
            (request.Version, request.VersionPolicy) = (_http2.DefaultRequestVersion, _http2.DefaultVersionPolicy);
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await (http2 ? _http2 : _http).SendAsync(request, Ct);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Asks until the status is the awaited one.</summary>
    internal Task UntilAsync(string host, string client, int status, string path = "/", params (string Name, string Value)[] headers) => Wait.ForAsync(
        async () => (await GetAsync(host, client, path, headers: headers)).Status, seen => seen == status,
        $"{client} gets {status} at {host}{path}");

    private static string Quoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static InvalidOperationException NotStarted() => new("the cluster has not started");
}

/// <summary>See <see cref="AddressCluster.To"/>.</summary>
internal sealed class OtherClient(HttpClient http, IngressController controller)
{
    public async Task<int> StatusAsync(string host, string client, string? body = null)
    {
        using var request = new HttpRequestMessage(
            body is null ? HttpMethod.Get : HttpMethod.Post, $"http://127.0.0.1:{controller.HttpPort}/");
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        if (body is not null)
            request.Content = new StringContent(body);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
