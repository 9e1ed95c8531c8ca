namespace YarpIngress.Tests.Answers;

/// <summary>
/// <c>add-headers</c>, <c>proxy-set-headers</c>, <c>hide-headers</c>, <c>server-tokens</c> and <c>allow-backend-server-header</c> of the
/// global ConfigMap.
/// </summary>
[Collection(nameof(AnswersCluster))]
public sealed class GlobalHeaderTests(AnswersCluster cluster)
{
    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Headers_are_added_and_hidden_for_every_route(string service)
    {
        await cluster.ApplyAsync("ConfigMap", "added", "data", ("X-Added", "gateway"), ("Cache-Control", "$not_a_variable"));
        await cluster.ApplyAsync(
            "ConfigMap", "requested", "data", ("X-Start", "t=${scheme}/$request_method"), ("X-Forwarded-Proto", "https"), ("X-Gone", ""));
        await SetAsync(
            ("add-headers", "default/added"), ("proxy-set-headers", "default/requested"), ("hide-headers", "X-Powered-By, etag"),
            ("server-tokens", "true"));
        var host = await cluster.AddHostAsync(service);
        var answer = await cluster.UntilAsync(
            host, answer => answer["X-Added"] == "gateway",
            "/?h=X-Powered-By:pod&h=ETag:1&h=Server:pod&h=X-Kept:1&h=Cache-Control:no-store");
        Assert.Equal(
            (null, null, "1", "$not_a_variable"), (answer["X-Powered-By"], answer["ETag"], answer["X-Kept"], answer["Cache-Control"]));
        Assert.StartsWith("yarp-ingress/", answer["Server"], StringComparison.Ordinal);

        // The two ConfigMaps are read one by one.
        var sent = await Wait.ForAsync(
            () => cluster.SendAsync(
                host, "/", "GET", null, ("X-Start", "client"), ("X-Gone", "client"), ("X-Forwarded-Proto", "http")),
            answer => answer.Sent("X-Start") == "t=http/GET", "header for pods");
        Assert.Equal(("https", null), (sent.Sent("X-Forwarded-Proto"), sent.Sent("X-Gone")));

        // The gateway's own answers have them too.
        var unknown = await cluster.UntilAsync("nowhere.example.com", answer => answer["X-Added"] == "gateway");
        Assert.Equal(404, unknown.Status);
        Assert.StartsWith("yarp-ingress/", unknown["Server"], StringComparison.Ordinal);

        await SetAsync(("allow-backend-server-header", "true"));
        var passed = await cluster.UntilAsync(host, answer => answer["Server"] == "pod", "/?h=Server:pod&h=ETag:1");
        Assert.Equal((null, "1"), (passed["X-Added"], passed["ETag"]));
        await SetAsync();
        await cluster.UntilAsync(host, answer => answer["Server"] == "yarp-ingress", "/?h=Server:pod");
    }

    [Fact]
    public async Task A_ConfigMap_that_settings_name_is_followed()
    {
        await SetAsync(("add-headers", "default/added-later"));
        var host = await cluster.AddHostAsync("web");
        Assert.Null((await cluster.SendAsync(host))["X-Later"]);
        await cluster.ApplyAsync("ConfigMap", "added-later", "data", ("X-Later", "one"));
        await cluster.UntilAsync(host, answer => answer["X-Later"] == "one");
        await cluster.ApplyAsync("ConfigMap", "added-later", "data", ("X-Later", "two"));
        await cluster.UntilAsync(host, answer => answer["X-Later"] == "two");
        await SetAsync();
        await cluster.UntilAsync(host, answer => answer["X-Later"] is null);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Proxy_add_original_uri_header_tells_pods_what_was_asked_for(string service)
    {
        await SetAsync(("proxy-add-original-uri-header", "true"));
        var host = await cluster.AddHostAsync(
            service, ("use-regex", "true"), ("rewrite-target", "/new"), ("custom-http-errors", "404"), ("default-backend", "web"));
        await cluster.UntilAsync(host, answer => answer.Sent("X-Original-URI") is not null);
        var answer = await cluster.SendAsync(host, "/a%20b?c=d", "GET", null, ("X-Original-URI", "/forged"));
        Assert.Equal("/a%20b?c=d", answer.Sent("X-Original-URI"));
        Assert.StartsWith("GET /new?c=d\n", answer.Body, StringComparison.Ordinal);
        // A default backend is told it anyway, and once.
        Assert.Equal("/x?status=404", (await cluster.SendAsync(host, "/x?status=404")).Sent("X-Original-URI"));
        await SetAsync();
        await cluster.UntilAsync(host, answer => answer.Sent("X-Original-URI") is null);
    }

    private Task SetAsync(params (string Name, string Value)[] settings) =>
        cluster.ApplyAsync("ConfigMap", "answers-settings", "data", [("generate-request-id", "true"), .. settings]);
}
