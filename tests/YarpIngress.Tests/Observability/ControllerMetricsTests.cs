using System.Globalization;
using System.Net;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Tests.Dashboard;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Observability;

/// <summary>What the controller tells of itself and of what it serves.</summary>
public sealed class ControllerMetricsTests
{
    private const string Own =
        """controller_class="yarp-ingress.dev/controller",controller_namespace="default",controller_pod="controller-0" """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificates_are_told_by_host_and_expiry_by_the_leader_alone()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        var secret = await cluster.Bed.Api.GetAsync<V1Secret>("default", "shop-tls", Ct);
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(
            System.Text.Encoding.ASCII.GetString(secret.Data!["tls.crt"]));

        var metrics = await Wait.ForAsync(
            async () => (await cluster.Bed.AdminAsync(cluster.Controller, "/metrics")).Body,
            text => text.Contains("ssl_expire_time_seconds{", StringComparison.Ordinal), "expiry");
        foreach (var host in (string[])["shop.example.com", "www.shop.example.com"])
        {
            var expiry = Assert.Single(Lines(metrics, "ssl_expire_time_seconds"), line => line.Contains($"host=\"{host}\""));
            Assert.Contains("""class="yarp-ingress.dev/controller",""", expiry);
            Assert.Contains("""namespace="default",secret_name="shop-tls"}""", expiry);
            Assert.Equal(new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds(), Value(expiry));
            var info = Assert.Single(Lines(metrics, "ssl_certificate_info"), line => line.Contains($"host=\"{host}\""));
            Assert.Contains("""issuer_common_name="shop.example.com",issuer_organization="",namespace="default",public_key_algorithm="ECDSA",""", info);
            Assert.Equal(1, Value(info));
        }

        // It can't lead: the first one does by now.
        var follower = await cluster.Bed.StartReadyControllerAsync();
        var others = (await cluster.Bed.AdminAsync(follower, "/metrics")).Body;
        Assert.Empty(Lines(others, "ssl_expire_time_seconds"));
        Assert.Equal(2, Lines(others, "ssl_certificate_info").Count());
        Assert.DoesNotContain("PRIVATE", others);
    }

    [Fact]
    public async Task What_is_served_is_counted_by_state()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        var own = Own.TrimEnd();
        await Wait.ForAsync(
            async () => (await cluster.Bed.AdminAsync(cluster.Controller, "/metrics")).Body,
            text => text.Contains($"yarp_ingress_controller_backends{{{own},state=\"ready\"}} 2\n", StringComparison.Ordinal)
                && text.Contains($"yarp_ingress_controller_backends{{{own},state=\"empty\"}} 2\n", StringComparison.Ordinal)
                && text.Contains($"yarp_ingress_controller_endpoints{{{own},state=\"ready\"}} 2\n", StringComparison.Ordinal)
                && text.Contains($"yarp_ingress_controller_routes{{{own}}} 6\n", StringComparison.Ordinal)
                && text.Contains($"orphan_ingress{{{own},namespace=\"default\",ingress=\"shop\",type=\"no-service\"}} 1\n", StringComparison.Ordinal)
                && text.Contains($"orphan_ingress{{{own},namespace=\"default\",ingress=\"reports\",type=\"no-endpoint\"}} 1\n", StringComparison.Ordinal)
                && text.Contains($"queue_depth{{{own}}} 0\n", StringComparison.Ordinal),
            "counts by state");
    }

    [Fact]
    public async Task Changes_and_connections_are_counted()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        // Stays open: the client of the requests closes its connections soon.
        using var open = await RawClient.ConnectAsync(cluster.Controller.HttpPort);
        await cluster.SendAsync(3);
        var text = await Wait.ForAsync(
            async () => (await cluster.Bed.AdminAsync(cluster.Controller, "/metrics")).Body,
            text => Sum(text, "yarp_ingress_controller_nginx_process_requests_total") == 3 && Sum(text, "kestrel_active_connections") > 0,
            "three requests and a connection");
        Assert.True(Sum(text, "yarp_ingress_controller_translation_seconds_count") > 0);
        Assert.True(Sum(text, "yarp_ingress_controller_translated_units_total") > 0);
        Assert.True(Sum(text, "yarp_ingress_controller_success") > 0);
        Assert.True(Sum(text, "yarp_ingress_controller_config_hash") > 0);
        Assert.True(Sum(text, "yarp_ingress_controller_nginx_process_connections_total") >= 2);
        Assert.True(Sum(text, "yarp_ingress_controller_upstream_connections_opened_total") >= 1);
        Assert.Equal(1, Sum(text, "yarp_ingress_controller_nginx_process_num_procs"));
        foreach (var name in (string[])
            ["kestrel_active_connections", "dotnet_gc_heap_total_allocated_bytes_total", "dotnet_thread_pool_thread_count",
            "dotnet_process_cpu_time_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"])
            Assert.True(Sum(text, name) > 0, name);
    }

    [Fact]
    public async Task Handshakes_are_timed()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        using var client = Clients.To(cluster.Controller.HttpsPort, HttpVersion.Version11);
        using var answer = await client.GetAsync(new Uri("https://shop.example.com/"), Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (_, text) = await cluster.Bed.AdminAsync(cluster.Controller, "/metrics");
        var counted = Assert.Single(Lines(text, "kestrel_tls_handshake_duration_seconds_count"));
        Assert.Contains("""{tls_protocol_version="1.3",error_type=""} 1""", counted);
    }

    [Fact]
    public async Task Errors_of_the_API_server_are_counted_by_verb_and_code()
    {
        await using var bed = await Controller.TestBed.StartAsync();
        await Assert.ThrowsAsync<ApiException>(() => bed.Api.GetAsync<V1Service>("default", "nobody", Ct));
        await Assert.ThrowsAsync<ApiException>(() => bed.Api.ListAsync<V1Service>(null, new ListQuery { Continue = "nonsense" }, Ct));
        Assert.Contains(("get", "404", 1L), bed.Api.Errors.All);
        Assert.Contains(bed.Api.Errors.All, error => error.Verb == "list" && error.Count == 1);

        using var nobody = new ApiClient(ClusterConfig.Load(new ClusterConfigOptions { ApiServerHost = "http://127.0.0.1:1" }));
        await Assert.ThrowsAsync<ApiException>(() => nobody.GetAsync<V1Service>("default", "a", Ct));
        Assert.Contains(("get", ApiException.Unreachable, 1L), nobody.Errors.All);
    }

    private static IEnumerable<string> Lines(string metrics, string name) =>
        metrics.Split('\n').Where(line => line.Contains(name + "{", StringComparison.Ordinal) && line[0] != '#');

    private static double Sum(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Sum(Value);

    private static double Value(string line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
}
