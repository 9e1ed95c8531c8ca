using System.Text.Json.Nodes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;
using static YarpIngress.Kubernetes.Tests.Peer.Objects;

namespace YarpIngress.Kubernetes.Tests;

public sealed class ApiClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gets_lists_and_deletes()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);

        var get = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        var exchange = await peer.NextAsync();
        Assert.Equal(("GET", "/api/v1/namespaces/web/configmaps/a"), (exchange.Method, exchange.Path));
        Assert.StartsWith("yarp-ingress/", exchange.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Null(exchange.Header("Authorization"));
        await exchange.AnswerAsync(200, ConfigMap("a", 1));
        Assert.Equal("v", (await get).Data!["key"]);

        var list = client.ListAsync<V1Ingress>(null, new ListQuery { LabelSelector = "a=b", Limit = 3, ResourceVersion = "0" }, Cancelled);
        exchange = await peer.NextAsync();
        Assert.Equal("/apis/networking.k8s.io/v1/ingresses", exchange.Path);
        Assert.Equal(("a=b", "3", "0"), (exchange.Query("labelSelector"), exchange.Query("limit"), exchange.Query("resourceVersion")));
        await exchange.AnswerAsync(200, """{"items":[{"metadata":{"name":"x"},"spec":{}}],"metadata":{"resourceVersion":"9","continue":"c"},"kind":"IngressList"}""");
        var page = await list;
        Assert.Equal(("9", "c", 1), (page.ResourceVersion, page.Continue, page.Items.Count));

        var delete = client.DeleteAsync<V1ConfigMap>("web", "a", Cancelled, new DeleteOptions
        {
            GracePeriodSeconds = 0,
            PropagationPolicy = "Foreground",
            PreconditionUid = "u",
            PreconditionResourceVersion = "7",
        });
        exchange = await peer.NextAsync();
        Assert.Equal("DELETE", exchange.Method);
        Assert.Equal(
            """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"7"}}""",
            exchange.Text);
        await exchange.AnswerAsync(200, """{"kind":"Status","status":"Success"}""");
        await delete;
    }

    [Fact]
    public async Task Lists_all_pages_and_starts_over_when_the_token_expires()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var list = client.ListAllAsync<V1ConfigMap>("web", new ListQuery { Limit = 1, FieldSelector = "f=1" }, Cancelled);
        await (await peer.NextAsync()).PageAsync("5", "t1", ConfigMap("a", 1));
        await (await peer.NextAsync()).PageAsync("5", "t2", ConfigMap("b", 2));
        await (await peer.NextAsync()).StatusAsync(410, "Expired");
        var whole = await peer.NextAsync();
        Assert.Equal((null, null, "f=1"), (whole.Query("limit"), whole.Query("continue"), whole.Query("fieldSelector")));
        await whole.ListAsync("9", ConfigMap("b", 2), BadConfigMap("bad", 3), ConfigMap("c", 8));
        var all = await list;
        Assert.Equal(["b", "c"], all.Items.Select(item => item.Metadata.Name));
        Assert.Equal(("9", "default/bad"), (all.ResourceVersion, all.Malformed.Single().Key.ToString()));
    }

    [Fact]
    public async Task Writes_with_kind_and_version_and_leaves_the_object_alone()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var map = new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "web" }, Data = new() { ["k"] = "v" } };

        var create = client.CreateAsync(map, Cancelled);
        var exchange = await peer.NextAsync();
        Assert.Equal(("POST", "/api/v1/namespaces/web/configmaps"), (exchange.Method, exchange.Path));
        Assert.Equal(
            ("v1", "ConfigMap", "v"),
            ((string?)exchange.Json["apiVersion"], (string?)exchange.Json["kind"], (string?)exchange.Json["data"]!["k"]));
        await exchange.AnswerAsync(201, ConfigMap("a", 1));
        await create;
        Assert.Null(map.Kind);

        var replace = client.ReplaceAsync(map, Cancelled);
        exchange = await peer.NextAsync();
        Assert.Equal(("PUT", "/api/v1/namespaces/web/configmaps/a"), (exchange.Method, exchange.Path));
        await exchange.StatusAsync(409, "Conflict", "the object has been modified");
        var conflict = await Assert.ThrowsAsync<ApiException>(() => replace);
        Assert.True(conflict is { IsConflict: true, IsAlreadyExists: false, IsTransient: false, StatusCode: 409 });

        var status = client.ReplaceStatusAsync(map, Cancelled);
        exchange = await peer.NextAsync();
        Assert.Equal("/api/v1/namespaces/web/configmaps/a/status", exchange.Path);
        await exchange.AnswerAsync(200, ConfigMap("a", 2));
        Assert.Equal("2", (await status).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Patches_in_all_forms()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var body = new JsonObject { ["data"] = new JsonObject { ["k"] = "v" } };
        (Patch Patch, string ContentType)[] forms =
        [
            (Patch.Merge(body), "application/merge-patch+json"),
            (Patch.StrategicMerge(body), "application/strategic-merge-patch+json"),
            (Patch.Json([new JsonObject { ["op"] = "remove", ["path"] = "/data/k" }]), "application/json-patch+json"),
            (Patch.Apply(body, "me & co", force: true), "application/apply-patch+yaml"),
        ];
        foreach (var (patch, contentType) in forms)
        {
            var call = client.PatchAsync<V1ConfigMap>("web", "a", patch, Cancelled, "status");
            var exchange = await peer.NextAsync();
            Assert.Equal(
                ("PATCH", "/api/v1/namespaces/web/configmaps/a/status", contentType),
                (exchange.Method, exchange.Path, exchange.ContentType));
            var apply = contentType.Contains("apply", StringComparison.Ordinal);
            Assert.Equal(apply ? ("me & co", "true") : (null, null), (exchange.Query("fieldManager"), exchange.Query("force")));
            await exchange.AnswerAsync(200, ConfigMap("a", 2));
            await call;
        }
    }

    [Fact]
    public async Task Sends_anything_for_kinds_without_a_model()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config with { Server = new Uri(peer.Url, "/k8s/clusters/c-1/") });
        var call = client.SendAsync(
            HttpMethod.Post, "/apis/x.io/v1/things?dryRun=All", new JsonObject { ["a"] = 1 }, "application/json", Cancelled);
        var exchange = await peer.NextAsync();
        Assert.Equal(("/k8s/clusters/c-1/apis/x.io/v1/things", "All", """{"a":1}"""), (exchange.Path, exchange.Query("dryRun"), exchange.Text));
        await exchange.AnswerAsync(200, """{"b":2}""");
        Assert.Equal(2, (int)(await call)["b"]!);
    }

    [Fact]
    public async Task Names_are_escaped()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var call = client.GetAsync<V1ConfigMap>("we b", "a/../b?c", Cancelled);
        var exchange = await peer.NextAsync();
        Assert.Equal("/api/v1/namespaces/we%20b/configmaps/a%2F..%2Fb%3Fc", exchange.Target);
        await exchange.StatusAsync(404, "NotFound");
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => call)).IsNotFound);
    }

    [Theory]
    [InlineData(502, "<html>bad gateway</html>", "Unknown", "<html>bad gateway</html>")]
    [InlineData(503, "", "ServiceUnavailable", "Service Unavailable")]
    [InlineData(401, "Unauthorized", "Unauthorized", "Unauthorized")]
    [InlineData(404, "404 page not found\n", "NotFound", "404 page not found")]
    [InlineData(409, """{"kind":"Status","reason":"AlreadyExists","message":"it exists","code":409}""", "AlreadyExists", "it exists")]
    [InlineData(422, """{"kind":"Pod","spec":7}""", "Invalid", "spec")]
    [InlineData(302, "", "Unknown", "Found")]
    public async Task Errors_are_a_status_whatever_the_body_is(int code, string body, string reason, string message)
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var call = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        await (await peer.NextAsync()).AnswerAsync(code, body, "text/plain");
        var error = await Assert.ThrowsAsync<ApiException>(() => call);
        Assert.Equal((code, reason), (error.StatusCode, error.Reason));
        Assert.Contains(message, error.Status.Message, StringComparison.Ordinal);
        Assert.Contains($"GET {peer.Url}api/v1/namespaces/web/configmaps/a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_reads_are_repeated_when_the_server_is_busy()
    {
        var time = new ManualTime();
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config, time: time);

        var get = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        await (await peer.NextAsync()).StatusAsync(503, "ServiceUnavailable", retryAfter: "5");
        Assert.Equal(TimeSpan.FromSeconds(5), await time.PassPauseAsync());
        await (await peer.NextAsync()).AnswerAsync(200, ConfigMap("a", 1));
        await get;

        var create = client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "web" } }, Cancelled);
        await (await peer.NextAsync()).StatusAsync(429, "TooManyRequests", retryAfter: "5");
        var error = await Assert.ThrowsAsync<ApiException>(() => create);
        Assert.Equal(TimeSpan.FromSeconds(5), error.RetryAfter);
        Assert.True(error.IsTransient);

        // An hour is no answer to somebody who waits.
        get = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        await (await peer.NextAsync()).StatusAsync(429, "TooManyRequests", retryAfter: "3600");
        error = await Assert.ThrowsAsync<ApiException>(() => get);
        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
    }

    [Fact]
    public async Task Connection_failures_are_api_exceptions()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        var cut = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        var exchange = await peer.NextAsync();
        await exchange.BeginAsync();
        await exchange.SendAsync("{\"metadata\":");
        exchange.Abort();
        // Whether the header made it before the connection was torn down is up to the network.
        Assert.True((await Assert.ThrowsAsync<ApiException>(() => cut)).Reason is ApiException.BrokenStream or ApiException.Unreachable);

        var short_ = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        await (await peer.NextAsync()).AnswerAsync(200, "{\"metadata\":");
        Assert.Equal(ApiException.UnreadableAnswer, (await Assert.ThrowsAsync<ApiException>(() => short_)).Reason);

        await peer.DownAsync();
        var error = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1ConfigMap>("web", "a", Cancelled));
        Assert.Equal((0, ApiException.Unreachable, true), (error.StatusCode, error.Reason, error.IsTransient));
    }

    [Fact]
    public async Task Cancellation_is_cancellation()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config);
        using var stop = new CancellationTokenSource();
        var get = client.GetAsync<V1ConfigMap>("web", "a", stop.Token);
        await peer.NextAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task Impersonates()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config with
        {
            Impersonate = new Impersonation
            {
                User = "bob",
                Uid = "7",
                Groups = ["a", "b"],
                Extra = new Dictionary<string,
                IReadOnlyList<string>>
                { ["x"] = ["1"] },
            },
        });
        var get = client.GetAsync<V1ConfigMap>("web", "a", Cancelled);
        var exchange = await peer.NextAsync();
        Assert.Equal(
            ("bob", "7", "1"),
            (exchange.Header("Impersonate-User"), exchange.Header("Impersonate-Uid"), exchange.Header("Impersonate-Extra-x")));
        Assert.Equal(["a", "b"], exchange.Header("Impersonate-Group")!.Split(',', StringSplitOptions.TrimEntries));
        await exchange.AnswerAsync(200, ConfigMap("a", 1));
        await get;
    }
}
