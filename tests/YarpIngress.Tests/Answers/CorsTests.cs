namespace YarpIngress.Tests.Answers;

/// <summary><c>enable-cors</c> and <c>cors-*</c>, as a browser sees them.</summary>
[Collection(nameof(AnswersCluster))]
public sealed class CorsTests(AnswersCluster cluster)
{
    private const string Methods = "GET, PUT, POST, DELETE, PATCH, OPTIONS";

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Any_origin_is_allowed_by_default_and_the_pods_own_headers_give_way(string service)
    {
        var host = await cluster.AddHostAsync(service, ("enable-cors", "true"));
        var answer = await cluster.SendAsync(host, "/?h=Access-Control-Allow-Origin:http://pod.example.com&h=Access-Control-Max-Age:1");
        Assert.Equal(
            (200, "*", "true", Methods, "1728000"),
            (answer.Status, answer["Access-Control-Allow-Origin"], answer["Access-Control-Allow-Credentials"],
                answer["Access-Control-Allow-Methods"], answer["Access-Control-Max-Age"]));
        Assert.Contains("Authorization", answer["Access-Control-Allow-Headers"]!, StringComparison.Ordinal);
        Assert.Null(answer["Access-Control-Expose-Headers"]);
    }

    [Fact]
    public async Task A_preflight_is_answered_at_once_even_where_no_pod_is()
    {
        await cluster.AddEmptyServiceAsync("cors-nobody");
        var host = await cluster.AddHostAsync(
            "cors-nobody", ("enable-cors", "true"), ("cors-allow-origin", "https://*.example.org, http://one.example.com:8080"),
            ("cors-allow-methods", "GET, POST"), ("cors-allow-headers", "X-One"), ("cors-expose-headers", "X-Total"),
            ("cors-allow-credentials", "false"), ("cors-max-age", "600"));
        var answer = await cluster.SendAsync(host, "/", "OPTIONS", null, ("Origin", "https://Shop.Example.org"));
        Assert.Equal(
            (204, "https://Shop.Example.org", null, "GET, POST", "X-One", "X-Total", "600", "text/plain charset=UTF-8", ""),
            (answer.Status, answer["Access-Control-Allow-Origin"], answer["Access-Control-Allow-Credentials"],
                answer["Access-Control-Allow-Methods"], answer["Access-Control-Allow-Headers"], answer["Access-Control-Expose-Headers"],
                answer["Access-Control-Max-Age"], answer["Content-Type"], answer.Body));
        Assert.Equal(204, (await cluster.SendAsync(host, "/", "OPTIONS", null, ("Origin", "http://one.example.com:8080"))).Status);

        // Errors of the gateway have the headers too: a page could not read them otherwise.
        var error = await cluster.SendAsync(host, "/", "GET", null, ("Origin", "https://a.example.org"));
        Assert.Equal((503, "https://a.example.org"), (error.Status, error["Access-Control-Allow-Origin"]));
    }

    [Theory]
    [InlineData("https://example.org")]
    [InlineData("https://a.b.example.org")]
    [InlineData("https://evil.com/https://a.example.org")]
    [InlineData("xhttps://a.example.org")]
    [InlineData("http://one.example.com:80801")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Another_origin_is_served_without_the_headers_and_its_preflight_goes_to_the_pod(string origin)
    {
        var host = await cluster.AddHostAsync(
            "web", ("enable-cors", "true"), ("cors-allow-origin", "https://*.example.org, http://one.example.com:8080"));
        foreach (var method in (string[])["GET", "OPTIONS"])
        {
            var answer = await cluster.SendAsync(host, "/", method, null, ("Origin", origin));
            Assert.Equal((200, null), (answer.Status, answer["Access-Control-Allow-Origin"]));
            Assert.StartsWith(method, answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Null_may_be_named_and_a_star_among_others_is_any()
    {
        var named = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("cors-allow-origin", "https://a.example.com, null"));
        Assert.Equal("null", (await cluster.SendAsync(named, "/", "OPTIONS", null, ("Origin", "null")))["Access-Control-Allow-Origin"]);
        Assert.Null((await cluster.SendAsync(named, "/", "GET", null, ("Origin", "nullx")))["Access-Control-Allow-Origin"]);
        var any = await cluster.AddHostAsync(
            "web", ("enable-cors", "true"), ("cors-allow-origin", "*"), ("cors-allow-credentials", "true"));
        var answer = await cluster.SendAsync(any, "/", "GET", null, ("Origin", "https://b.example.com"));
        Assert.Equal(("*", "true"), (answer["Access-Control-Allow-Origin"], answer["Access-Control-Allow-Credentials"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("      ")]
    public async Task An_empty_list_of_origins_is_none_at_all(string value)
    {
        var host = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("cors-allow-origin", value));
        var answer = await cluster.SendAsync(host, "/", "GET", null, ("Origin", "https://a.example.com"));
        Assert.Equal("*", answer["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task What_is_no_origin_allows_none()
    {
        var host = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("cors-allow-origin", "example.com"));
        var answer = await cluster.SendAsync(host, "/", "GET", null, ("Origin", "https://example.com"));
        Assert.Equal((200, null), (answer.Status, answer["Access-Control-Allow-Origin"]));
    }

    [Fact]
    public async Task A_preflight_comes_before_redirects_and_after_closed_routes()
    {
        var redirected = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("force-ssl-redirect", "true"));
        Assert.Equal(204, (await cluster.SendAsync(redirected, "/", "OPTIONS")).Status);
        var answer = await cluster.SendAsync(redirected);
        Assert.Equal((308, "*"), (answer.Status, answer["Access-Control-Allow-Origin"]));

        var closed = await cluster.AddHostAsync("web", ("enable-cors", "true"), ("custom-headers", "nowhere"));
        Assert.Equal(503, (await cluster.SendAsync(closed, "/", "OPTIONS")).Status);
    }

    [Fact]
    public async Task Without_the_annotation_a_preflight_is_the_pods()
    {
        var host = await cluster.AddHostAsync("web", ("cors-allow-origin", "*"));
        var answer = await cluster.SendAsync(host, "/?h=Access-Control-Allow-Origin:http://pod.example.com", "OPTIONS");
        Assert.Equal((200, "http://pod.example.com"), (answer.Status, answer["Access-Control-Allow-Origin"]));
    }

    [Fact]
    public async Task Custom_errors_have_the_headers_too()
    {
        await cluster.AddPodAsync("cors-pages", context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        var host = await cluster.AddHostAsync(
            "web", ("enable-cors", "true"), ("custom-http-errors", "500"), ("default-backend", "cors-pages"));
        var answer = await cluster.UntilAsync(host, answer => answer.Status == 404, "/?status=500");
        Assert.Equal("*", answer["Access-Control-Allow-Origin"]);
    }
}
