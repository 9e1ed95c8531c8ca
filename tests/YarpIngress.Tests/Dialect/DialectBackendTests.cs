using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;
using YarpIngress.Tests.Upstream;

namespace YarpIngress.Tests.Dialect;

/// <summary>
/// What pods see of the dialect's <c>load-balancing</c>, <c>session-affinity</c>, <c>http-request</c> and <c>http-client</c>, with a
/// Service of three pods for each test.
/// </summary>
public sealed class DialectBackendTests(AnswersCluster cluster) : IClassFixture<AnswersCluster>
{
    private const string Prefix = "yarp.ingress.kubernetes.io/";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RoundRobin_asks_one_after_the_other()
    {
        await using var pods = await PodsAsync("round", context => Task.CompletedTask);
        var host = await HostAsync("round", ("load-balancing", "RoundRobin"));
        var seen = await CountAsync(host, 30);
        Assert.Equal([10, 10, 10], seen.Values);
    }

    [Fact]
    public async Task FirstAlphabetical_asks_one_alone()
    {
        await using var pods = await PodsAsync("first", context => Task.CompletedTask);
        var host = await HostAsync("first", ("load-balancing", "FirstAlphabetical"));
        Assert.Single(await CountAsync(host, 20));
    }

    [Theory]
    [InlineData("Random")]
    [InlineData("PowerOfTwoChoices")]
    public async Task Chance_asks_all(string algorithm)
    {
        var service = algorithm.ToLowerInvariant();
        await using var pods = await PodsAsync(service, context => Task.CompletedTask);
        var host = await HostAsync(service, ("load-balancing", algorithm));
        // One of three is left out of 200 once in 10^35 times.
        Assert.Equal(3, (await CountAsync(host, 200)).Count);
    }

    [Fact]
    public async Task LeastRequests_asks_who_has_nothing_to_do()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pods = await PodsAsync("least", context => context.Request.Path == "/hold" ? hold.Task : Task.CompletedTask);
        var host = await HostAsync("least", ("load-balancing", "LeastRequests"));
        var held = new List<Task<Answer>>();
        for (var number = 0; number < 2; number++)
        {
            held.Add(cluster.SendAsync(host, "/hold"));
            await Wait.UntilAsync(() => pods.Asked("/hold") == number + 1, "a pod that is asked");
        }
        // A request counts until a little after its answer is sent, which may be when the next one comes.
        var counts = await Wait.ForAsync(() => CountAsync(host, 20), counts => counts.Count == 1, "one pod that is asked alone");
        hold.SetResult();
        var busy = (await Task.WhenAll(held)).Select(answer => answer["X-Pod"]);
        Assert.Equal(3, busy.Concat(counts.Keys).Distinct().Count());
    }

    [Fact]
    public async Task Session_affinity_keeps_a_browser_with_its_pod()
    {
        await using var pods = await PodsAsync("sticky", context => Task.CompletedTask);
        var host = await HostAsync("sticky", ("session-affinity", """
            Enabled: true
            Policy: HashCookie
            FailurePolicy: Redistribute
            AffinityKeyName: route
            Cookie:
              Path: /shop
              Domain: example.com
              SameSite: Lax
              SecurePolicy: Always
              HttpOnly: true
              MaxAge: '01:00:00'
            """));
        var first = await cluster.SendAsync(host);
        var parts = first["Set-Cookie"]!.Split("; ");
        Assert.StartsWith("route=", parts[0], StringComparison.Ordinal);
        Assert.Equal(
            ["domain=example.com", "httponly", "max-age=3600", "path=/shop", "samesite=lax", "secure"],
            parts[1..].Select(part => part.ToLowerInvariant()).Order());
        for (var number = 0; number < 10; number++)
        {
            var next = await cluster.SendAsync(host, "/", "GET", null, ("Cookie", parts[0]));
            Assert.Equal((first["X-Pod"], null), (next["X-Pod"], next["Set-Cookie"]));
        }
        Assert.Equal(3, (await CountAsync(host, 30)).Count);
    }

    [Fact]
    public async Task Session_affinity_that_is_not_enabled_is_none()
    {
        await using var pods = await PodsAsync("loose", context => Task.CompletedTask);
        var host = await HostAsync("loose", ("session-affinity", "Enabled: false\nAffinityKeyName: route\n"));
        Assert.Null((await cluster.SendAsync(host))["Set-Cookie"]);
    }

    [Theory]
    [InlineData("Version: '1.0'", "HTTP/1.0")]
    [InlineData("Version: '1.1'", "HTTP/1.1")]
    [InlineData("{Version: '2', VersionPolicy: RequestVersionExact}", "HTTP/2")]
    public async Task Http_request_chooses_the_version(string value, string expected)
    {
        var service = $"version-{expected[5..].Replace('.', '-')}";
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(context.Request.Protocol), expected == "HTTP/2"
                ? HttpProtocols.Http2
                : HttpProtocols.Http1);
        await ServeAsync(service, pod);
        var host = await HostAsync(service, ("http-request", value));
        Assert.Equal(expected, (await cluster.SendAsync(host)).Body);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "{ActivityTimeout: '00:00:01'}")]
    [InlineData(HttpProtocols.Http2, "{ActivityTimeout: '00:00:01', Version: '2', VersionPolicy: RequestVersionExact}")]
    public async Task Http_request_gives_a_pod_that_says_nothing_up(HttpProtocols protocols, string value)
    {
        var gone = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(
            async context =>
            {
                if (context.Request.Path != "/never")
                    return;
                await using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
                await gone.Task;
            },
            protocols);
        var service = $"silent-{protocols}".ToLowerInvariant();
        await ServeAsync(service, pod);
        var host = await HostAsync(service, ("http-request", value));
        Assert.Equal(504, (await cluster.SendAsync(host, "/never")).Status);
        await gone.Task.WaitAsync(Wait.Deadline, Ct);
    }

    [Theory]
    [InlineData("SslProtocols: [Tls12]", "200 Tls12")]
    [InlineData("SslProtocols: Tls13", "200 Tls13")]
    [InlineData("DangerousAcceptAnyServerCertificate: true", "200 Tls13")]
    [InlineData("DangerousAcceptAnyServerCertificate: false", "502")]
    public async Task Http_client_decides_about_TLS(string value, string expected)
    {
        var service = "tls-" + string.Concat(value.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        await using var pod = await Origin.StartAsync(
            context => context.Response.WriteAsync(context.Features.GetRequiredFeature<ITlsHandshakeFeature>().Protocol.ToString()),
            HttpProtocols.Http1, TlsPods.Serve);
        await ServeAsync(service, pod);
        var host = await HostAsync(service, ("backend-protocol", "HTTPS"), ("http-client", value));
        var answer = await cluster.SendAsync(host);
        Assert.StartsWith(expected, $"{answer.Status} {answer.Body}", StringComparison.Ordinal);
    }

    private async Task ServeAsync(string service, Origin pod)
    {
        await cluster.Bed.ApplyServiceAsync(service, pod.EndPoint);
        await cluster.UntilKnownAsync(service, pod.EndPoint);
    }

    private Task<string> HostAsync(string service, params (string Name, string Value)[] annotations) => cluster.AddHostAsync(
        service, [.. annotations.Select(one => (Prefix + one.Name, one.Value))]);

    /// <summary>How often each pod answered.</summary>
    private async Task<SortedDictionary<string, int>> CountAsync(string host, int requests)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var number = 0; number < requests; number++)
        {
            var pod = (await cluster.SendAsync(host))["X-Pod"]!;
            counts[pod] = counts.GetValueOrDefault(pod) + 1;
        }
        return counts;
    }

    /// <summary>Three pods behind a Service, which say their name and do what <paramref name="handler"/> does.</summary>
    private async Task<Pods> PodsAsync(string service, RequestDelegate handler)
    {
        var pods = new Pods(handler);
        await pods.StartAsync(3);
        await cluster.Bed.ApplyServiceAsync(service, pods.EndPoints[0]);
        for (var number = 1; number < pods.EndPoints.Count; number++)
            await cluster.Bed.ApplyAsync($$"""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: {{service}}-{{number + 1}}, namespace: default, labels: {kubernetes.io/service-name: {{service}} } }
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true} }]
                ports: [{port: {{pods.EndPoints[number].Port}} }]
                """);
        await cluster.UntilKnownAsync(service, pods.EndPoints);
        return pods;
    }

    private sealed class Pods(RequestDelegate handler) : IAsyncDisposable
    {
        private readonly List<Origin> _origins = [];
        private readonly List<string> _asked = [];

        public IReadOnlyList<IPEndPoint> EndPoints => [.. _origins.Select(origin => origin.EndPoint)];

        public async Task StartAsync(int count)
        {
            for (var number = 0; number < count; number++)
            {
                var name = $"pod-{number}";
                _origins.Add(await Origin.StartAsync(async context =>
                {
                    lock (_asked)
                        _asked.Add(context.Request.Path.Value ?? "");
                    context.Response.Headers["X-Pod"] = name;
                    await handler(context);
                }));
            }
        }

        public int Asked(string path)
        {
            lock (_asked)
                return _asked.Count(one => one == path);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var origin in _origins)
                await origin.DisposeAsync();
        }
    }
}
