using System.Net;
using System.Net.Http.Headers;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using YarpIngress.Tests.Controller;

namespace YarpIngress.Tests.Dashboard;

public sealed class DashboardAccessTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:1234", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("10.1.2.3:10254", 200)]
    [InlineData("ingress.corp.example", 200)]
    [InlineData("INGRESS.corp.example.:80", 200)]
    [InlineData("attacker.example", 403)]
    [InlineData("localhost.attacker.example", 403)]
    [InlineData("127.0.0.1.attacker.example", 403)]
    public async Task A_name_that_is_not_known_is_refused(string host, int status)
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync(options => options with { DashboardHosts = ["ingress.corp.example"] });
        foreach (var path in (string[])["/dashboard/", "/api/overview", "/api/explain?url=http://a.example/"])
            Assert.Equal(status, (int)(await AskAsync(IPAddress.Loopback, controller.AdminPort, path, host)).StatusCode);
        Assert.Equal(200, (int)(await AskAsync(IPAddress.Loopback, controller.AdminPort, "/metrics", host)).StatusCode);
    }

    [Fact]
    public async Task Beyond_the_pod_it_takes_a_flag()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
        Assert.SkipWhen(address is null, "this machine has no address beyond loopback");
        await using var bed = await TestBed.StartAsync();
        foreach (var enabled in (bool[])[false, true])
        {
            var controller = await bed.StartReadyControllerAsync(options => options with { HealthzHosts = [], EnableDashboard = enabled });
            Assert.Equal(200, (int)(await AskAsync(IPAddress.Loopback, controller.AdminPort, "/dashboard/")).StatusCode);
            foreach (var path in (string[])["/dashboard/", "/api/overview", "/api/explain?url=http://a.example/", "/api/requests"])
                Assert.Equal(enabled ? 200 : 403, (int)(await AskAsync(address, controller.AdminPort, path)).StatusCode);
            Assert.Equal(200, (int)(await AskAsync(address, controller.AdminPort, "/healthz")).StatusCode);
        }
    }

    [Fact]
    public async Task Answers_carry_what_keeps_a_browser_in_bounds_and_no_cookie()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        foreach (var path in (string[])["/dashboard/", "/dashboard/js/main.js", "/api/state", "/api/nothing"])
        {
            using var answer = await AskAsync(IPAddress.Loopback, controller.AdminPort, path);
            var headers = answer.Headers;
            var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
            Assert.False(headers.Contains("Set-Cookie"));
        }
        using var client = new HttpClient();
        using var post = await client.PostAsync($"http://127.0.0.1:{controller.AdminPort}/api/state", null, Ct);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
    }

    [Fact]
    public async Task Files_that_did_not_change_are_not_sent_again()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        using var first = await AskAsync(IPAddress.Loopback, controller.AdminPort, "/");
        Assert.Equal("/dashboard/", first.RequestMessage?.RequestUri?.AbsolutePath);
        Assert.Contains("<title>YarpIngress</title>", await first.Content.ReadAsStringAsync(Ct));

        using var again = await AskAsync(IPAddress.Loopback, controller.AdminPort, "/dashboard/", tag: first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var missing = await AskAsync(IPAddress.Loopback, controller.AdminPort, "/dashboard/../Program.cs");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        IPAddress address, int port, string path, string? host = null, EntityTagHeaderValue? tag = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}:{port}{path}");
        if (host is not null)
            request.Headers.TryAddWithoutValidation("Host", host);
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(tag);
        return await client.SendAsync(request, Ct);
    }
}
