using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using YarpIngress.Commands.Explain;
using YarpIngress.Controller;
using YarpIngress.Options;
using YarpIngress.Tests.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Observability;

/// <summary>Explanations from a running controller, over its admin port.</summary>
public sealed class AdminApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_explained_from_what_is_live()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyServiceAsync("web", new(IPAddress.Loopback, 4711));
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync();

        var found = await JsonAsync(bed, controller, "/api/explain?url=http://web.example/a%3Fb=c&method=POST");
        Assert.Equal("default/web", (string?)found["rule"]!["ingress"]);
        Assert.Equal("path", (string?)found["rule"]!["kind"]);
        Assert.Equal("127.0.0.1:4711", (string?)found["backend"]!["endpoints"]![0]!["address"]);
        Assert.Equal(0, (int)found["answer"]!["status"]!);
        Assert.StartsWith("POST http://web.example/a?b=c\n", (string?)found["text"]);

        Assert.Equal(404, (int)(await JsonAsync(bed, controller, "/api/explain?url=other.example"))["answer"]!["status"]!);
        await bed.ApplyIngressAsync("late", "late.example", "web");
        await Wait.UntilAsync(async () => (await bed.GetAsync(controller, "late.example")).Status != 404, "live Ingress");
        Assert.Equal(
            "default/late",
            (string?)(await JsonAsync(bed, controller, "/api/explain?url=10.0.0.1&header=Host:%20late.example"))["rule"]!["ingress"]);
    }

    [Theory]
    [InlineData("/api/explain", 400, "which request?")]
    [InlineData("/api/explain?url=ftp://a/", 400, "the scheme must be http or https")]
    [InlineData("/api/explain?url=http://a/..", 400, "is no usable path")]
    [InlineData("/api/requests/unknown", 404, "no failed request with this id")]
    [InlineData("/api/other", 404, "")]
    public async Task What_can_not_be_answered_is_told(string path, int status, string message)
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        var answer = await bed.AdminAsync(controller, path);
        Assert.Equal(status, answer.Status);
        Assert.Contains(message, answer.Body);
    }

    [Fact]
    public async Task A_failed_request_is_found_by_its_id()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync(context =>
        {
            context.Response.StatusCode = 418;
            return context.Response.WriteAsync("teapot");
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        await bed.ApplyServiceAsync("dead", new(IPAddress.Loopback, 1));
        await bed.ApplyIngressAsync("dead", "dead.example", "dead");
        var controller = await bed.StartReadyControllerAsync();

        await SendAsync(controller, "web.example", "/tea?password=secret", "by-the-pod");
        await SendAsync(controller, "dead.example", "/x?password=secret", "unreachable");
        await SendAsync(controller, "nobody.example", "/y?password=secret", "no-rule");

        var byPod = await FailureAsync(bed, controller, "by-the-pod");
        Assert.Equal(("pod", 418, "/tea", "default/web"), Seen(byPod));
        Assert.Equal(pod.EndPoint.ToString(), (string?)byPod["endpoint"]);
        var dead = await FailureAsync(bed, controller, "unreachable");
        Assert.Equal(("gateway", 502, "/x", "default/dead"), Seen(dead));
        Assert.Contains("refused", (string?)dead["reason"]);
        Assert.Equal(("gateway", 404, "/y", null), Seen(await FailureAsync(bed, controller, "no-rule")));

        var recent = (await bed.AdminAsync(controller, "/api/requests?recent=2")).Body;
        Assert.Equal(2, JsonNode.Parse(recent)!["failures"]!.AsArray().Count);
        Assert.DoesNotContain("secret", (await bed.AdminAsync(controller, "/api/requests?recent")).Body);
    }

    [Fact]
    public async Task The_id_on_an_error_page_is_the_one_to_ask_for()
    {
        await using var bed = await TestBed.StartAsync();
        var controller = await bed.StartReadyControllerAsync();
        var (status, page) = await bed.GetAsync(controller, "nobody.example", "/a?b=c");
        Assert.Equal(404, status);
        var id = System.Text.RegularExpressions.Regex.Match(page, "<p>Request ([0-9a-f]{32})</p>").Groups[1].Value;
        Assert.Equal(("gateway", 404, "/a", null), Seen(await FailureAsync(bed, controller, id)));
    }

    [Fact]
    public async Task The_command_asks_a_running_controller()
    {
        await using var bed = await TestBed.StartAsync();
        await bed.ApplyServiceAsync("web", new(IPAddress.Loopback, 4711));
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync();
        var admin = $"http://127.0.0.1:{controller.AdminPort}";

        var (code, text) = await RunAsync("http://web.example/", "--admin", admin);
        Assert.Equal(0, code);
        Assert.Contains("Rule      Ingress default/web spec.rules[0].http.paths[0]: Prefix /\n", text);
        (code, text) = await RunAsync("http://other.example/", "--admin", admin, "-o", "json");
        Assert.Equal(1, code);
        Assert.Equal(404, (int)JsonNode.Parse(text)!["answer"]!["status"]!);

        await SendAsync(controller, "other.example", "/x", "my-id");
        await FailureAsync(bed, controller, "my-id");
        (code, text) = await RunAsync("--request-id", "my-id", "--healthz-port", $"{controller.AdminPort}");
        Assert.Equal(0, code);
        Assert.Contains("GET http://other.example/x", text);
        Assert.Contains("Status    404 from the gateway", text);
        Assert.Contains("The same request now:", text);
        Assert.Equal(1, (await RunAsync("--request-id", "unknown", "--admin", admin)).Code);
    }

    [Fact]
    public async Task An_admin_port_that_is_not_there_is_named()
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync("--request-id", "x", "--admin", "http://127.0.0.1:1"));
        Assert.Contains("http://127.0.0.1:1/", error.Message);
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var code = await ExplainCommand.RunAsync(args, TextReader.Null, output, TextWriter.Null, TimeProvider.System, Ct);
        return (code, output.ToString());
    }

    private static async Task SendAsync(IngressController controller, string host, string path, string id)
    {
        using var client = Clients.To(controller.HttpPort, HttpVersion.Version11);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}{path}");
        request.Headers.Add("X-Request-ID", id);
        using var answer = await client.SendAsync(request, Ct);
    }

    private static async Task<JsonNode> JsonAsync(TestBed bed, IngressController controller, string path)
    {
        var (status, body) = await bed.AdminAsync(controller, path);
        Assert.True(status == 200, body);
        return JsonNode.Parse(body)!;
    }

    // A request is remembered when it has ended, which is after its answer was sent.
    private static async Task<JsonNode> FailureAsync(TestBed bed, IngressController controller, string id)
    {
        var (_, body) = await Wait.ForAsync(
            () => bed.AdminAsync(controller, $"/api/requests/{id}"), answer => answer.Status == 200, $"failure {id}");
        return JsonNode.Parse(body)!["failure"]!;
    }

    private static (string? By, int Status, string? Path, string? Ingress) Seen(JsonNode failure) =>
        ((string?)failure["by"], (int)failure["status"]!, (string?)failure["path"], (string?)failure["ingress"]);
}
