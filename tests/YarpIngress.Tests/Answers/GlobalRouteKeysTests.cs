namespace YarpIngress.Tests.Answers;

/// <summary>
/// Keys of the ConfigMap that are defaults of annotations, live: <c>force-ssl-redirect</c>, <c>http-redirect-code</c>,
/// <c>no-tls-redirect-locations</c>, <c>custom-http-errors</c>, <c>proxy-next-upstream</c>, <c>retry-non-idempotent</c>,
/// <c>proxy-body-size</c>.
/// </summary>
[Collection(nameof(AnswersCluster))]
public sealed class GlobalRouteKeysTests(AnswersCluster cluster)
{
    [Fact]
    public async Task Redirects_to_https_are_as_the_keys_say_unless_an_annotation_says_otherwise()
    {
        var (usual, own) = (await cluster.AddHostAsync("web"), await cluster.AddHostAsync("web", ("force-ssl-redirect", "false")));
        await SetAsync(("force-ssl-redirect", "true"), ("http-redirect-code", "307"));
        Assert.Equal($"https://{usual}", (await cluster.UntilAsync(usual, answer => answer.Status == 307))["Location"]);
        Assert.Equal(200, (await cluster.SendAsync(own)).Status);
        // Paths of Ingresses that begin so.
        await SetAsync(("force-ssl-redirect", "true"), ("no-tls-redirect-locations", "/other"));
        await cluster.UntilAsync(usual, answer => answer.Status == 308);
        await SetAsync(("force-ssl-redirect", "true"), ("no-tls-redirect-locations", "/other,/"));
        await cluster.UntilAsync(usual, answer => answer.Status == 200);
        await SetAsync();
    }

    [Fact]
    public async Task Custom_http_errors_are_those_of_the_annotation_else_of_the_key()
    {
        await cluster.AddPodAsync("global-pages", context =>
        {
            context.Response.StatusCode = 418;
            return Task.CompletedTask;
        });
        var usual = await cluster.AddHostAsync("web", ("default-backend", "global-pages"));
        var own = await cluster.AddHostAsync("web", ("default-backend", "global-pages"), ("custom-http-errors", "500"));
        var empty = await cluster.AddHostAsync("web", ("default-backend", "global-pages"), ("custom-http-errors", ""));
        await SetAsync(("custom-http-errors", "404"));
        await cluster.UntilAsync(empty, answer => answer.Status == 418, "/?status=404");
        await cluster.UntilAsync(usual, answer => answer.Status == 418, "/?status=404");
        await cluster.UntilAsync(own, answer => answer.Status == 418, "/?status=500");
        Assert.Equal(404, (await cluster.SendAsync(own, "/?status=404")).Status);
        await SetAsync();
        await cluster.UntilAsync(usual, answer => answer.Status == 404, "/?status=404");
    }

    [Fact]
    public async Task Retry_non_idempotent_has_a_POST_sent_again()
    {
        var tries = 0;
        await cluster.AddPodAsync("global-tries", context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["X-Tries"] = $"{Interlocked.Increment(ref tries)}";
            return Task.CompletedTask;
        });
        var host = await cluster.AddHostAsync("global-tries");
        async Task<int> TriesAsync(string method)
        {
            Volatile.Write(ref tries, 0);
            await cluster.SendAsync(host, "/", method);
            return Volatile.Read(ref tries);
        }
        await SetAsync(("proxy-next-upstream", "http_503"), ("proxy-next-upstream-tries", "4"));
        await Wait.UntilAsync(async () => await TriesAsync("GET") == 4, "tries of a GET");
        Assert.Equal(1, await TriesAsync("POST"));
        await SetAsync(("proxy-next-upstream", "http_503"), ("proxy-next-upstream-tries", "4"), ("retry-non-idempotent", "true"));
        await Wait.UntilAsync(async () => await TriesAsync("POST") == 4, "tries of a POST");
        await SetAsync();
        await Wait.UntilAsync(async () => await TriesAsync("GET") == 1, "defaults");
    }

    [Fact]
    public async Task Proxy_body_size_is_a_default()
    {
        var (usual, own) = (await cluster.AddHostAsync("web"), await cluster.AddHostAsync("web", ("proxy-body-size", "1k")));
        await SetAsync(("proxy-body-size", "10"));
        await Wait.UntilAsync(async () => (await cluster.SendAsync(usual, "/", "POST", new string('x', 11))).Status == 413, "the key");
        Assert.Equal(200, (await cluster.SendAsync(own, "/", "POST", new string('x', 1024))).Status);
        Assert.Equal(413, (await cluster.SendAsync(own, "/", "POST", new string('x', 1025))).Status);
        await SetAsync();
        await Wait.UntilAsync(async () => (await cluster.SendAsync(usual, "/", "POST", new string('x', 11))).Status == 200, "defaults");
    }

    private Task SetAsync(params (string Name, string Value)[] settings) =>
        cluster.ApplyAsync("ConfigMap", "answers-settings", "data", [("generate-request-id", "true"), .. settings]);
}
