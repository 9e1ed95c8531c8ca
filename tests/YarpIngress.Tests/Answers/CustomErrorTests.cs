using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace YarpIngress.Tests.Answers;

/// <summary><c>custom-http-errors</c>, <c>default-backend</c> and <c>disable-proxy-intercept-errors</c>.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class CustomErrorTests(AnswersCluster cluster)
{
    [Theory]
    [InlineData("web", HttpProtocols.Http1)]
    [InlineData("h2", HttpProtocols.Http1)]
    [InlineData("web", HttpProtocols.Http2)]
    public async Task An_error_of_a_pod_is_answered_by_the_default_backend_which_is_told_of_it(string service, HttpProtocols pages)
    {
        var backend = $"pages-{service}-{pages}".ToLowerInvariant();
        await AddPagesAsync(backend, pages);
        var host = await cluster.AddHostAsync(service, ("custom-http-errors", "404,503"), ("default-backend", backend));
        await cluster.UntilAsync(host, answer => answer.Status == 418, "/?status=404");
        var answer = await cluster.SendAsync(
            host, "/a/b?status=404&h=X-Pod:1", "GET", null, ("Accept", "application/json"), ("X-Code", "client"), ("X-Request-ID", "my-id"));
        Assert.Equal(418, answer.Status);
        Assert.Null(answer["X-Pod"]);
        Assert.StartsWith("GET /", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /a/b", answer.Body, StringComparison.Ordinal);
        Assert.Equal(
            ("404", "application/json", "/a/b?status=404&h=X-Pod:1", "default", host.Split('.')[0], service, "80", "my-id"),
            (answer.Sent("X-Code"), answer.Sent("X-Format"), answer.Sent("X-Original-URI"), answer.Sent("X-Namespace"),
                answer.Sent("X-Ingress-Name"), answer.Sent("X-Service-Name"), answer.Sent("X-Service-Port"), answer.Sent("X-Request-ID")));
        Assert.NotNull(answer.Sent("X-Forwarded-For"));

        var fine = await cluster.SendAsync(host, "/?status=500");
        Assert.Equal((500, true), (fine.Status, fine.Body.StartsWith("GET /?status=500", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Buffered_routes_have_custom_errors_too(string service)
    {
        await AddPagesAsync("pages-buffered");
        var host = await cluster.AddHostAsync(
            service, ("custom-http-errors", "404"), ("default-backend", "pages-buffered"), ("proxy-buffering", "on"),
            ("proxy-request-buffering", "on"));
        await cluster.UntilAsync(host, answer => answer.Status == 418, "/?status=404");
        var answer = await cluster.SendAsync(host, "/?status=404&h=X-Pod:1", "POST", new string('x', 100_000));
        Assert.Equal((418, "404", null), (answer.Status, answer.Sent("X-Code"), answer["X-Pod"]));
        Assert.DoesNotContain("xxx", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_that_are_too_large_and_closed_routes_have_their_pages()
    {
        await AddPagesAsync("pages-refused");
        var small = await cluster.AddHostAsync(
            "web", ("custom-http-errors", "413,503"), ("default-backend", "pages-refused"), ("proxy-body-size", "10"));
        await cluster.UntilAsync(small, answer => answer.Status == 418, "/?status=503");
        Assert.Equal("413", (await cluster.SendAsync(small, "/", "POST", "more than ten bytes")).Sent("X-Code"));
        var closed = await cluster.AddHostAsync(
            "web", ("custom-http-errors", "503"), ("default-backend", "pages-refused"), ("custom-headers", "nowhere"));
        var answer = await cluster.UntilAsync(closed, answer => answer.Status == 418);
        Assert.Equal("503", answer.Sent("X-Code"));
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task The_method_stays_and_the_body_goes(string service)
    {
        await AddPagesAsync("pages-method");
        var host = await cluster.AddHostAsync(service, ("custom-http-errors", "409"), ("default-backend", "pages-method"));
        await cluster.UntilAsync(host, answer => answer.Status == 418, "/?status=409");
        var answer = await cluster.SendAsync(host, "/?status=409", "POST", new string('x', 100_000));
        Assert.Equal((418, "409"), (answer.Status, answer.Sent("X-Code")));
        Assert.StartsWith("POST /", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("xxx", answer.Body, StringComparison.Ordinal);
        // The connection goes on.
        Assert.Equal(200, (await cluster.SendAsync(host, "/", "POST", "small")).Status);
    }

    [Fact]
    public async Task An_error_of_the_gateway_is_answered_by_the_default_backend_too()
    {
        await AddPagesAsync("pages-own");
        await cluster.AddPodAsync("refuses", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var host = await cluster.AddHostAsync("refuses", ("custom-http-errors", "502"), ("default-backend", "pages-own"));
        var answer = await cluster.UntilAsync(host, answer => answer.Status == 418);
        Assert.Equal("502", answer.Sent("X-Code"));
    }

    [Fact]
    public async Task With_disable_proxy_intercept_errors_only_the_gateways_errors_are_replaced()
    {
        await AddPagesAsync("pages-disable");
        await cluster.AddEmptyServiceAsync("disable-nobody");
        (string, string)[] annotations =
            [("custom-http-errors", "404,503"), ("default-backend", "pages-disable"), ("disable-proxy-intercept-errors", "true")];
        var host = await cluster.AddHostAsync("web", annotations);
        Assert.Equal(404, (await cluster.SendAsync(host, "/?status=404&h=X-Pod:1")).Status);
        var own = await cluster.AddHostAsync("disable-nobody", annotations);
        Assert.Equal(418, (await cluster.UntilAsync(own, answer => answer.Status == 418)).Status);
    }

    [Theory]
    [InlineData("web", 401)]
    [InlineData("h2", 403)]
    public async Task A_failed_authentication_never_looks_like_success(string service, int status)
    {
        await AddPagesAsync("pages-fine", HttpProtocols.Http1, 200);
        var host = await cluster.AddHostAsync(service, ("custom-http-errors", "401,403,404"), ("default-backend", "pages-fine"));
        var answer = await cluster.UntilAsync(
            host, answer => answer.Sent("X-Code") == $"{status}", $"/?status={status}&h=WWW-Authenticate:Basic%20realm=x");
        Assert.Equal((status, "Basic realm=x"), (answer.Status, answer["WWW-Authenticate"]));
        Assert.Equal(200, (await cluster.SendAsync(host, "/?status=404")).Status);
    }

    [Fact]
    public async Task A_default_backend_that_fails_or_has_no_endpoints_leaves_the_error_as_it_was()
    {
        await cluster.AddEmptyServiceAsync("pages-nobody");
        var empty = await cluster.AddHostAsync("web", ("custom-http-errors", "404"), ("default-backend", "pages-nobody"));
        var answer = await cluster.SendAsync(empty, "/?status=404&h=X-Pod:1");
        Assert.Equal((404, "1"), (answer.Status, answer["X-Pod"]));

        await cluster.AddPodAsync("pages-broken", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var broken = await cluster.AddHostAsync("web", ("custom-http-errors", "404"), ("default-backend", "pages-broken"));
        await cluster.AddEmptyServiceAsync("nobody-either");
        var both = await cluster.AddHostAsync("nobody-either", ("default-backend", "pages-nobody"));
        Assert.Equal(503, (await cluster.SendAsync(both)).Status);
        Assert.Equal(404, (await cluster.UntilAsync(broken, answer => answer.Status == 404 && answer["X-Pod"] is null, "/?status=404&h=X-Pod:1")).Status);
    }

    [Fact]
    public async Task A_default_backend_serves_while_the_Service_has_no_endpoints()
    {
        await AddPagesAsync("pages-instead", HttpProtocols.Http1, 200);
        await cluster.AddEmptyServiceAsync("sleeping");
        var host = await cluster.AddHostAsync("sleeping", ("default-backend", "pages-instead"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        var answer = await cluster.SendAsync(host, "/alma/armud?x=1", "POST", "text");
        Assert.StartsWith("POST /alma/armud?x=1", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("text", answer.Body, StringComparison.Ordinal);
        Assert.Equal(("503", "sleeping", "80"), (answer.Sent("X-Code"), answer.Sent("X-Service-Name"), answer.Sent("X-Service-Port")));
    }

    [Fact]
    public async Task A_default_backend_is_spoken_to_in_HTTP_whatever_backend_protocol_says()
    {
        await AddPagesAsync("pages-plain");
        await cluster.AddEmptyServiceAsync("secure-nobody");
        var host = await cluster.AddHostAsync("secure-nobody", ("backend-protocol", "HTTPS"), ("default-backend", "pages-plain"));
        Assert.Equal(418, (await cluster.UntilAsync(host, answer => answer.Status == 418)).Status);
    }

    private Task AddPagesAsync(string service, HttpProtocols protocols = HttpProtocols.Http1, int status = 418) => cluster.AddPodAsync(
        service,
        async context =>
        {
            var body = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            context.Response.StatusCode = status;
            var text = new StringBuilder($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n");
            foreach (var (name, value) in context.Request.Headers)
                text.Append($"{name}: {value}\n");
            await context.Response.WriteAsync($"{text}\n{body}", context.RequestAborted);
        },
        protocols, protocols is HttpProtocols.Http2 ? "kubernetes.io/h2c" : null);
}
