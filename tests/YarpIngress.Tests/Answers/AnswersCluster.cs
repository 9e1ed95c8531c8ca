using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Controller;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Answers;

/// <summary>One controller with a ConfigMap, and pods that answer as they are told, for all tests of what becomes of answers.</summary>
[CollectionDefinition(nameof(AnswersCluster))]
public sealed class AnswersCollection : ICollectionFixture<AnswersCluster>;

/// <summary>See <see cref="AnswersCollection"/>.</summary>
public class AnswersCluster : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly List<Origin> _pods = [];
    private TestBed? _bed;
    private IngressController? _controller;
    private int _hosts;

    internal TestBed Bed => _bed ?? throw new InvalidOperationException("the cluster has not started");

    internal IngressController Controller => _controller ?? throw new InvalidOperationException("the cluster has not started");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        _bed = await TestBed.StartAsync();
        await ApplyAsync("ConfigMap", "answers-settings", "data", [("global-allowed-response-headers", "X-Team, Cache-Control, Server")]);
        await AddPodAsync("web", Echo, HttpProtocols.Http1);
        await AddPodAsync("h2", Echo, HttpProtocols.Http2, "kubernetes.io/h2c");
        _controller = await Bed.StartReadyControllerAsync(
            options => Configure(options with { ConfigMap = new("default", "answers-settings") }));
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        if (_bed is not null)
            await _bed.DisposeAsync();
        foreach (var pod in _pods)
            await pod.DisposeAsync();
    }

    /// <summary>The controller's options, where a cluster has others.</summary>
    private protected virtual ControllerOptions Configure(ControllerOptions options) => options;

    /// <summary>Starts a pod behind a Service of its own, which the controller knows before any Ingress may name it.</summary>
    internal async Task AddPodAsync(
        string service, RequestDelegate handler, HttpProtocols protocols = HttpProtocols.Http1, string? appProtocol = null)
    {
        var pod = await Origin.StartAsync(handler, protocols);
        _pods.Add(pod);
        await Bed.ApplyServiceAsync(service, pod.EndPoint, appProtocol: appProtocol);
        if (_controller is not null)
            await UntilKnownAsync(service, pod.EndPoint);
    }

    /// <summary>Waits until the controller knows a Service with these endpoints, whichever Ingress names it.</summary>
    /// <remarks>
    /// Ingresses, Services and endpoints come by streams of their own, in any order. No request is sent: pods count theirs.
    /// </remarks>
    internal async Task UntilKnownAsync(string service, params IReadOnlyList<IPEndPoint> endPoints)
    {
        var host = $"pods-of-{service}.example.com";
        await ApplyIngressAsync(host, service);
        await Wait.ForAsync(
            async () => (await Bed.AdminAsync(Controller, $"/api/explain?url=http://{host}/")).Body,
            explanation => endPoints.All(one => explanation.Contains($"\"{one}\"", StringComparison.Ordinal)),
            $"endpoints of {service}");
    }

    /// <summary>A Service without endpoints.</summary>
    internal Task AddEmptyServiceAsync(string service) => Bed.ApplyAsync($$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{service}}, namespace: default}
        spec: {ports: [{port: 80}]}
        """);

    /// <summary>A new host that a Service serves by an Ingress with <paramref name="annotations"/>, once it is live.</summary>
    internal async Task<string> AddHostAsync(string service, params (string Name, string Value)[] annotations)
    {
        var host = $"h{Interlocked.Increment(ref _hosts)}.example.com";
        await ApplyIngressAsync(host, service, annotations);
        await Wait.UntilAsync(async () => (await SendAsync(host)).Status != 404, $"host {host}");
        return host;
    }

    /// <summary>The Ingress of a host with other annotations.</summary>
    internal Task ApplyIngressAsync(string host, string service, params (string Name, string Value)[] annotations)
    {
        var lines = string.Concat(annotations.Select(one =>
            $"    {(one.Name.Contains('/') ? one.Name : $"nginx.ingress.kubernetes.io/{one.Name}")}: {Text(one.Value)}\n"));
        return Bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: {{host.Split('.')[0]}}
              namespace: default
              annotations:
                example.com/nothing: "1"
            {{lines}}spec:
              ingressClassName: yarp
              rules:
              - host: {{host}}
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: {{service}}, port: {number: 80} } } } ] }
            """);
    }

    /// <summary>A ConfigMap with these entries.</summary>
    internal Task ApplyAsync(string kind, string name, string field, params (string Name, string Value)[] entries) => Bed.ApplyAsync($$"""
        apiVersion: v1
        kind: {{kind}}
        metadata: {name: {{name}}, namespace: default}
        {{field}}:
          nothing: ""
        {{string.Concat(entries.Select(one => $"  {one.Name}: {Text(one.Value)}\n"))}}
        """);

    /// <summary>Asks for <paramref name="pathAndQuery"/> of a host.</summary>
    internal async Task<Answer> SendAsync(
        string host, string pathAndQuery = "/", string method = "GET", string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{Controller.HttpPort}{pathAndQuery}");
        request.Headers.Host = host;
        if (body is not null)
            request.Content = new StringContent(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request, Ct);
        var all = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)answer.StatusCode, all, await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>Asks until the answer is the awaited one.</summary>
    internal Task<Answer> UntilAsync(string host, Func<Answer, bool> isAwaited, string pathAndQuery = "/") =>
        Wait.ForAsync(() => SendAsync(host, pathAndQuery), isAwaited, $"http://{host}{pathAndQuery}");

    /// <summary>Answers with what it got: <c>?status=404&amp;h=Name:value</c> make it answer so.</summary>
    private static async Task Echo(HttpContext context)
    {
        var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
        context.Response.StatusCode = int.TryParse(context.Request.Query["status"], out var status) ? status : 200;
        foreach (var header in context.Request.Query["h"])
        {
            var (name, value) = header!.Split(':', 2) is [var left, var right] ? (left, right) : (header, "");
            context.Response.Headers.Append(name, value);
        }
        var text = new StringBuilder($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n");
        foreach (var (name, value) in context.Request.Headers)
            text.Append($"{name}: {value}\n");
        await context.Response.WriteAsync($"{text}\n{body}", context.RequestAborted);
    }

    // A JSON string is a YAML string too.
    private static string Text(string value) => JsonSerializer.Serialize(value);
}

/// <summary>What a client saw.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header; null when it is not there.</summary>
    public string? this[string name] => Headers.GetValueOrDefault(name);

    /// <summary>A header as the pod got it, which its body tells.</summary>
    public string? Sent(string name) => Body.Split('\n')
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    public override string ToString() => $"{Status} {string.Join("; ", Headers)} {Body}";
}
