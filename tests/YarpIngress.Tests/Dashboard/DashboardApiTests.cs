using System.Text.Json;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Dashboard;

public sealed class DashboardApiTests
{
    [Fact]
    public async Task Lists_are_searched_filtered_and_cut_into_pages()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        Assert.Equal((6, 6, 6), await CountAsync(cluster, "routes"));
        Assert.Equal((6, 4, 2), await CountAsync(cluster, "routes?q=SHOP&offset=2&limit=2"));
        Assert.Equal((6, 1, 1), await CountAsync(cluster, "routes?kind=Ingress&namespace=default&name=reports"));
        Assert.Equal((6, 3, 3), await CountAsync(cluster, "routes?kind=Service&namespace=default&name=web"));
        Assert.Equal((6, 6, 0), await CountAsync(cluster, "routes?offset=100"));
        Assert.Equal((4, 2, 2), await CountAsync(cluster, "backends?state=empty"));
        Assert.Equal((1, 1, 1), await CountAsync(cluster, "certificates?q=www.shop"));
        var (all, errors, _) = await CountAsync(cluster, "problems?state=error");
        Assert.True(all >= errors && errors >= 3, $"{errors} of {all}");
        Assert.Equal((all, 1, 1), await CountAsync(cluster, "problems?q=duplicatepath"));
    }

    [Theory]
    [InlineData("limit=0", "limit=0: must be a whole number from 1 to 200")]
    [InlineData("limit=201", "limit=201: must be a whole number from 1 to 200")]
    [InlineData("offset=-1", "offset=-1: must be a whole number from 0 to 2147483647")]
    public async Task A_bad_page_is_refused_with_what_is_allowed(string query, string message)
    {
        await using var cluster = await DashboardCluster.StartAsync();
        Assert.Equal((400, message + "\n"), await cluster.Bed.AdminAsync(cluster.Controller, $"/api/routes?{query}"));
    }

    [Fact]
    public async Task Requests_that_a_pod_serves_now_are_counted()
    {
        await using var bed = await TestBed.StartAsync();
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = await Origin.StartAsync(_ => served.Task);
        await bed.ApplyServiceAsync("slow", pod.EndPoint);
        await bed.ApplyIngressAsync("slow", "slow.example", "slow");
        var controller = await bed.StartReadyControllerAsync();
        var requests = new[] { bed.GetAsync(controller, "slow.example"), bed.GetAsync(controller, "slow.example") };
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/api/backends")).Body.Contains("\"requests\":2"), "two requests");
        var (_, metrics) = await bed.AdminAsync(controller, "/metrics");
        Assert.Matches("yarp_ingress_controller_upstream_connections{[^}]*state=\"active\"} 2\n", metrics);
        Assert.Matches("yarp_ingress_controller_nginx_process_connections{[^}]*state=\"writing\"} 2\n", metrics);
        served.SetResult();
        await Task.WhenAll(requests);
        await Wait.UntilAsync(async () => (await bed.AdminAsync(controller, "/api/backends")).Body.Contains("\"requests\":0"), "none");
    }

    [Fact]
    public async Task No_key_and_no_query_string_is_in_any_answer()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        await cluster.Bed.GetAsync(cluster.Controller, "shop.example.com", "/fail?token=hunter2");
        foreach (var path in (string[])["overview", "routes", "backends", "certificates", "problems", "state", "requests"])
        {
            var (status, body) = await cluster.Bed.AdminAsync(cluster.Controller, $"/api/{path}");
            Assert.Equal(200, status);
            Assert.DoesNotContain("hunter2", body);
            Assert.DoesNotContain("PRIVATE KEY", body);
            Assert.DoesNotContain("tls.key", body);
        }
    }

    [Fact]
    public async Task The_controllers_state_is_told()
    {
        await using var cluster = await DashboardCluster.StartAsync();
        using var state = await JsonAsync(cluster, "state");
        var root = state.RootElement;
        Assert.True(root.GetProperty("isReady").GetBoolean());
        Assert.Equal("controller-0", root.GetProperty("replica").GetString());
        Assert.Equal(cluster.Controller.HttpPort, root.GetProperty("httpPort").GetInt32());
        Assert.Contains(
            root.GetProperty("informers").EnumerateArray(),
            informer => informer.GetProperty("name").GetString() == "ingresses" && informer.GetProperty("isConnected").GetBoolean()
                && informer.GetProperty("objects").GetInt32() == 4);
        Assert.All(root.GetProperty("parts").EnumerateArray(), part => Assert.True(part.GetProperty("ok").GetBoolean()));
    }

    private static async Task<(int Total, int Matches, int Items)> CountAsync(DashboardCluster cluster, string query)
    {
        using var list = await JsonAsync(cluster, query);
        var root = list.RootElement;
        return (root.GetProperty("total").GetInt32(), root.GetProperty("matches").GetInt32(), root.GetProperty("items").GetArrayLength());
    }

    private static async Task<JsonDocument> JsonAsync(DashboardCluster cluster, string query)
    {
        var (status, body) = await cluster.Bed.AdminAsync(cluster.Controller, $"/api/{query}");
        Assert.Equal(200, status);
        return JsonDocument.Parse(body);
    }
}
