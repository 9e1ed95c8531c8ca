using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.Tests.Streams;

/// <summary>
/// gRPC's own client and server with a gateway between them, whose routes have annotations: all four kinds of calls, metadata,
/// statuses, deadlines, cancellation. <c>backend-protocol: GRPC</c> and <c>GRPCS</c>.
/// </summary>
[Collection(nameof(StreamsCluster))]
public sealed class GrpcTests(StreamsCluster cluster)
{
    public static MatrixTheoryData<string, string> Cases => new(
        StreamsCluster.Names.Select(row => row.Data), ["GRPC", "GRPCS"]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Calls_pass_whole(string scenario, string protocol)
    {
        var client = Client();
        var host = await HostAsync(scenario, protocol);
        // The gateway is asked in the way that the pod is: without TLS, or with it.
        var results = await client.CallAsync(Order(host, cluster.Get(scenario).Prefix, protocol == "GRPCS"), Ct);
        Assert.True(results.Count >= 12, results.ToJsonString());
        Assert.All(results, check => Assert.Equal($"{check.Key}: ok", $"{check.Key}: {check.Value}"));
    }

    [Theory]
    [InlineData("grpc", "kubernetes.io/h2c")]
    [InlineData("grpc", "grpc")]
    [InlineData("grpcs", "https")]
    public async Task The_appProtocol_of_a_Service_says_as_much(string pod, string appProtocol)
    {
        var client = Client();
        var service = $"{pod}-{appProtocol.Split('/')[^1]}";
        var slice = await cluster.Bed.Api.GetAsync<Kubernetes.Models.V1EndpointSlice>("default", $"{pod}-1", Ct);
        var endPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, slice.Ports![0]!.Port!.Value);
        await cluster.Bed.ApplyServiceAsync(service, endPoint, appProtocol: appProtocol);
        await cluster.UntilKnownAsync(service, endPoint);
        var host = await cluster.HostAsync(service, "plain");
        Assert.Equal("OK", await StatusAsync(client, host, "Unary"));
    }

    [Fact]
    public async Task What_the_gateway_answers_itself_has_a_status_of_grpc()
    {
        var client = Client();
        var grpc = ("backend-protocol", "GRPC");
        var closed = await cluster.HostAsync("grpc", "plain", grpc);
        Assert.Equal("UNIMPLEMENTED", await StatusAsync(client, "nowhere.example.com", "Unary"));
        Assert.Equal("OK", await StatusAsync(client, closed, "Unary"));

        var login = await cluster.AddHostAsync("grpc", grpc, ("auth-type", "basic"), ("auth-secret", "missing"));
        Assert.Equal("UNAVAILABLE", await StatusAsync(client, login, "Unary"));
        var refused = await cluster.AddHostAsync("grpc", grpc, ("denylist-source-range", "127.0.0.0/8"));
        Assert.Equal("PERMISSION_DENIED", await StatusAsync(client, refused, "Unary"));
        await cluster.AddEmptyServiceAsync("grpc-nobody");
        var empty = await cluster.AddHostAsync("grpc-nobody", grpc);
        Assert.Equal("UNAVAILABLE", await StatusAsync(client, empty, "Unary"));
    }

    [Fact]
    public async Task A_message_larger_than_proxy_body_size_is_refused()
    {
        var client = Client();
        var host = await cluster.AddHostAsync("grpc", ("backend-protocol", "GRPC"), ("proxy-body-size", "64k"));
        Assert.Equal("OK", await StatusAsync(client, host, "Unary", 1000));
        Assert.Equal("UNKNOWN", await StatusAsync(client, host, "Unary", 1_000_000));
    }

    [Fact]
    public async Task A_stream_that_says_nothing_ends_after_proxy_read_timeout()
    {
        var client = Client();
        var host = await cluster.AddHostAsync("grpc", ("backend-protocol", "GRPC"), ("proxy-read-timeout", "1"));
        Assert.Contains(await StatusAsync(client, host, "Hang"), (string[])["UNAVAILABLE", "INTERNAL", "UNKNOWN", "CANCELLED"]);
    }

    private GrpcPeer Client()
    {
        Assert.SkipWhen(cluster.Grpc is null, GrpcPeer.Missing);
        return cluster.Grpc!;
    }

    private Task<string> HostAsync(string scenario, string protocol) =>
        cluster.HostAsync(protocol == "GRPC" ? "grpc" : "grpcs", scenario, ("backend-protocol", protocol));

    private async Task<string> StatusAsync(GrpcPeer client, string host, string method, int size = 0)
    {
        var order = Order(host, "", tls: false);
        (order["method"], order["size"]) = (method, size);
        return (string)(await client.CallAsync(order, Ct))["status"]!;
    }

    private JsonObject Order(string host, string prefix, bool tls)
    {
        var port = tls ? cluster.Controller.HttpsPort : cluster.Controller.HttpPort;
        var order = new JsonObject
        {
            ["target"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
            ["authority"] = host,
            ["prefix"] = prefix,
        };
        if (tls)
            (order["authorities"], order["name"]) = (cluster.Authorities, StreamsCluster.ServedName);
        return order;
    }
}
