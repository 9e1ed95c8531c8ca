using System.Collections;
using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using YarpIngress.Observability.Tracing;
using YarpIngress.Observability.Traffic;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Balancing;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.ClientAddress;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.ExternalAuth;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.OutputCache;
using YarpIngress.Proxy;
using YarpIngress.Tests.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Pipeline;

/// <summary>One object serves many requests, of many clients: nothing of one may show in the next.</summary>
public sealed class GatewayRequestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static FieldInfo[] Fields =>
    [
        .. typeof(GatewayRequest).GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            // Of a connection, and counted with it.
            .Where(candidate => candidate.FieldType != typeof(DefaultHttpContext) && candidate.Name != "_ofConnection"),
    ];

    [Fact]
    public void EveryFieldIsTakenBackAtTheEnd()
    {
        var request = new GatewayRequest();
        request.Begin(new FeatureCollection());
        foreach (var field in Fields)
            Fill(field, request);
        foreach (var field in Fields)
            Assert.False(IsAsNew(field, request), $"{field.Name} could not be filled");

        request.End();
        foreach (var field in Fields)
            Assert.True(IsAsNew(field, request), $"{field.Name} is left over");
        Assert.Throws<ObjectDisposedException>(() => request.Context.Features);
    }

    [Fact]
    public async Task ARequestWithoutARouteHasNothingOfTheOneBeforeOnTheConnection()
    {
        await using var pod = await Origin.StartAsync("a");
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("a.io", [pod.EndPoint]);
        using var client = await RawClient.ConnectAsync(gateway.HttpPort);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a.io\r\nX-Request-ID: first\r\n\r\n");
        Assert.Contains("200 OK", await client.ReadHeadAsync());
        await client.ReadAsync("1\r\na\r\n0\r\n\r\n".Length);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: b.io\r\nConnection: close\r\n\r\n");
        var second = await client.ReadToEndAsync();
        Assert.Contains("404 Not Found", second);
        Assert.DoesNotContain("first", second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TenantsOnOneConnectionNeverSeeEachOther(int version)
    {
        // Both answer with what they were sent, one of them slowly and in pieces, so that streams overlap.
        await using var one = await Origin.StartAsync(context => EchoAsync(context, "one"));
        await using var two = await Origin.StartAsync(context => EchoAsync(context, "two"));
        await using var gateway = await Gateway.StartAsync();
        gateway.Serve("one.io", [one.EndPoint]);
        gateway.Serve("two.io", [two.EndPoint]);
        using var client = Clients.To(gateway.HttpPort, new Version(version, version == 1 ? 1 : 0));

        var exchanges = Enumerable.Range(0, 400).Select(async i =>
        {
            var tenant = (i % 4) switch { 0 or 1 => "one", 2 => "two", _ => "none" };
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{tenant}.io/{i}");
            request.Version = client.DefaultRequestVersion;
            request.VersionPolicy = client.DefaultVersionPolicy;
            if (i % 3 == 0)
                request.Headers.Add(RequestId.HeaderName, $"id-{i}");
            using var answer = await client.SendAsync(request, Ct);
            var text = await answer.Content.ReadAsStringAsync(Ct);
            if (tenant == "none")
            {
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal(i % 3 == 0, text.Contains($"id-{i}<", StringComparison.Ordinal));
                return text;
            }
            var words = text.Split(' ');
            Assert.Equal([tenant, $"{tenant}.io", $"/{i}"], words[..3]);
            if (i % 3 == 0)
                Assert.Equal($"id-{i}", words[3]);
            else
                Assert.Matches("^[0-9a-f]{32}$", words[3]);
            return words[3];
        });
        var ids = await Task.WhenAll(exchanges);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void TheIdIsTheSameAsTextAndAsBytes()
    {
        var request = new GatewayRequest();
        request.Begin(new FeatureCollection { [typeof(IHttpRequestFeature)] = new HttpRequestFeature() });
        var bytes = new byte[128];
        var length = RequestId.Write(request, bytes);
        Assert.Equal(32, length);
        Assert.Equal($"{request.GeneratedRequestId:x32}", Encoding.ASCII.GetString(bytes, 0, length));
    }

    private static async Task EchoAsync(HttpContext context, string name)
    {
        await context.Response.WriteAsync(name + " ", Ct);
        await context.Response.Body.FlushAsync(Ct);
        await context.Response.WriteAsync(
            $"{context.Request.Host} {context.Request.Path} {context.Request.Headers[RequestId.HeaderName]}", Ct);
    }

    private static void Fill(FieldInfo field, GatewayRequest request)
    {
        switch (field.GetValue(request))
        {
            case IList { IsFixedSize: false } list:
                list.Add(new UpstreamTry());
                break;
            default:
                field.SetValue(request, Sample(field.FieldType));
                break;
        }
    }

    private static bool IsAsNew(FieldInfo field, GatewayRequest request)
    {
        var (now, fresh) = (field.GetValue(request), field.GetValue(new GatewayRequest()));
        return now switch
        {
            IList list => list.Count == 0,
            _ => Equals(now, fresh),
        };
    }

    private static object Sample(Type type)
    {
        var cluster = new ClusterState("c", new ClusterModel(new ClusterConfig { ClusterId = "c" }, new HttpMessageInvoker(new SocketsHttpHandler())));
        var route = new RouteConfig { RouteId = "r" };
        object[] samples =
        [
            1, 1L, true, UInt128.One, "text", new UpstreamTry { Status = 200 }, new DestinationState("d"), cluster.Model,
            new RouteModel(route, cluster, Yarp.ReverseProxy.Forwarder.HttpTransformer.Default),
            new ProxyRoute("a.io", null, route, new ProxyBackend(new BackendKey("n", "s", "80")),
                new TrafficTable(new TrafficOptions()).Unrouted),
            new ProxyBackend(new BackendKey("n", "s", "80")), Rejection.Denied, CacheUse.Hit,
            new HeaderValue[] { new("X-A", "b") }, RuntimeHelpers.GetUninitializedObject(typeof(ErrorInterception)),
            new ClientTrust(new()), RuntimeHelpers.GetUninitializedObject(typeof(ClientView)),
            new GlobalHeaders(new()), new[] { new DestinationState("d") }, RuntimeHelpers.GetUninitializedObject(typeof(RequestTrace)),
            RuntimeHelpers.GetUninitializedObject(typeof(BufferedBody)), RuntimeHelpers.GetUninitializedObject(typeof(RecordedAnswer)),
            YarpIngress.Proxy.Certificates.PresentedCertificate.None,
            new EndpointLoad(new DestinationState("d"), 1), new AuthGrant([], default, true),
        ];
        return samples.FirstOrDefault(type.IsInstanceOfType)
            ?? throw new InvalidOperationException($"No sample for {type}: add one.");
    }
}
