using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Options;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;

namespace YarpIngress.Tests.Streams;

/// <summary>One controller for all tests of what passes through annotated routes for long, or in large amounts.</summary>
[CollectionDefinition(nameof(StreamsCluster))]
public sealed class StreamsCollection : ICollectionFixture<StreamsCluster>;

/// <summary>See <see cref="StreamsCollection"/>.</summary>
public sealed class StreamsCluster : AnswersCluster
{
    /// <summary>The name in the gateway's certificate, which <see cref="Authorities"/> vouches for.</summary>
    internal const string ServedName = "pod.internal";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("yarp-ingress-streams-");
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _hosts = new();
    private readonly List<Origin> _helpers = [];
    private Dictionary<string, Scenario> _scenarios = [];
    private GrpcPeer? _pod;

    /// <summary>The names of all scenarios.</summary>
    public static TheoryData<string> Names => [.. Scenario.All("http://mirror", "http://auth").Select(one => one.Name)];

    /// <summary>A file with the authority of the gateway's certificate.</summary>
    internal string Authorities => Path.Combine(_directory.FullName, "ca.pem");

    /// <summary>A gRPC client; null where there is none.</summary>
    internal GrpcPeer? Grpc { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await ServeCertificateAsync();
        await AddPodAsync("errors", context => context.Response.WriteAsync("an error"));
        var mirror = await HelperAsync(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        var auth = await HelperAsync(context =>
        {
            context.Response.Headers["X-User"] = "somebody";
            return Task.CompletedTask;
        });
        _scenarios = Scenario.All($"http://{mirror}", $"http://{auth}/").ToDictionary(one => one.Name);
        if (await GrpcPeer.IsThereAsync())
            await StartGrpcAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        foreach (var peer in new[] { Grpc, _pod })
        {
            if (peer is not null)
                await peer.DisposeAsync();
        }
        await base.DisposeAsync();
        foreach (var helper in _helpers)
            await helper.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    /// <summary>A scenario by its name.</summary>
    internal Scenario Get(string name) => _scenarios[name];

    /// <summary>A pod that speaks HTTP/1.1 behind the Service <paramref name="name"/>, and the same over TLS behind NAME-tls.</summary>
    internal async Task AddPodsAsync(string name, RequestDelegate handler)
    {
        await AddPodAsync(name, handler);
        var tls = await Origin.StartAsync(handler, HttpProtocols.Http1, TlsPods.Serve);
        _helpers.Add(tls);
        await Bed.ApplyServiceAsync($"{name}-tls", tls.EndPoint);
        await UntilKnownAsync($"{name}-tls", tls.EndPoint);
    }

    /// <summary>The host whose route to a Service is the scenario's, made once.</summary>
    internal Task<string> HostAsync(string service, string scenario, params (string Name, string Value)[] more) => _hosts.GetOrAdd(
        $"{scenario}.{service}.example.com", host => new(() => ApplyAsync(host, service, Get(scenario), more))).Value;

    private protected override ControllerOptions Configure(ControllerOptions options) =>
        options with { DefaultSslCertificate = new("default", "served") };

    private async Task<string> ApplyAsync(string host, string service, Scenario scenario, (string Name, string Value)[] more)
    {
        more = [("proxy-body-size", "0"), ("ssl-redirect", "false"), .. more];
        var name = $"{scenario.Name}-{service}";
        await Bed.ApplyAsync(scenario.Manifest(name, host, service, more));
        if (scenario.Name == "canary")
            await Bed.ApplyAsync(scenario.Manifest($"{name}-2", host, service, [.. more, ("canary", "true"), ("canary-weight", "50")]));
        await Wait.UntilAsync(async () => (await SendAsync(host, scenario.Prefix + "/")).Status is not (404 or 503), host);
        return host;
    }

    private async Task StartGrpcAsync()
    {
        (_pod, var plain, var tls) = await GrpcPeer.ServeAsync(
            Path.Combine(_directory.FullName, "pod.pem"), Path.Combine(_directory.FullName, "pod.key"), Ct);
        foreach (var (service, port) in ((string, int)[])[("grpc", plain), ("grpcs", tls)])
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, port);
            await Bed.ApplyServiceAsync(service, endPoint);
            await UntilKnownAsync(service, endPoint);
        }
        Grpc = GrpcPeer.Client();
    }

    private async Task ServeCertificateAsync()
    {
        var (chain, key) = (TlsPods.Pod.ExportCertificatePem(), TlsPods.Pod.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(Authorities, TlsPods.Authority.ExportCertificatePem(), Ct);
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "pod.pem"), chain, Ct);
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "pod.key"), key, Ct);
        await Bed.ApplyAsync($$"""
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata: {name: served, namespace: default}
            data: {tls.crt: {{Base64(chain)}}, tls.key: {{Base64(key)}} }
            """);
    }

    private async Task<IPEndPoint> HelperAsync(RequestDelegate handler)
    {
        var helper = await Origin.StartAsync(handler);
        _helpers.Add(helper);
        return helper.EndPoint;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
