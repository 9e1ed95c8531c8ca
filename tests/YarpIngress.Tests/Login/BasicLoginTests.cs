using YarpIngress.Tests.Access;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Login;

/// <summary><c>auth-type: basic</c>, <c>auth-secret</c>, <c>auth-secret-type</c>, <c>auth-realm</c> over sockets.</summary>
[Collection(nameof(AccessCluster))]
public sealed class BasicLoginTests(AccessCluster cluster)
{
    // htpasswd -B, -m and -s of "correct horse".
    private const string Bcrypt = "$2y$05$LqhpAM3iFygQmV27Cs88peN7HavoX7UzF5LRDBHWx8IZq748yw3Ay";
    private const string Apr1 = "$apr1$aeolag/x$hWn2kxPBpu/gFIQqFEHCz/";
    private const string Sha = "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=";

    // By our own forwarder, and by YARP's.
    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Who_has_a_password_is_let_in_and_the_pod_does_not_get_it(string service)
    {
        await cluster.ApplySecretAsync($"users-{service}", ("auth", $"ada:{Bcrypt}\ngrace:{Apr1}\nlinus:{Sha}"));
        var host = await cluster.AddHostAsync(
            service, ("auth-type", "basic"), ("auth-secret", $"users-{service}"), ("auth-realm", "Staff only"));

        var refused = await cluster.UntilAsync(host, answer => answer.Status == 401);
        Assert.Equal("Basic realm=\"Staff only\"", refused["WWW-Authenticate"]);
        Assert.DoesNotContain("Host:", refused.Body, StringComparison.OrdinalIgnoreCase);
        foreach (var user in new[] { "ada", "grace", "linus" })
        {
            var answer = await SendAsync(host, user, "correct horse");
            Assert.Equal((200, null), (answer.Status, answer.Sent("Authorization")));
            Assert.Equal(401, (await SendAsync(host, user, "wrong")).Status);
            Assert.Equal(401, (await SendAsync(host, user, "")).Status);
            // What was refused a moment ago, and what was right.
            Assert.Equal(401, (await SendAsync(host, user, "wrong")).Status);
            Assert.Equal(200, (await SendAsync(host, user, "correct horse")).Status);
        }
        Assert.Equal(401, (await SendAsync(host, "nobody", "correct horse")).Status);
        Assert.Equal(401, (await cluster.SendAsync(host, headers: ("Authorization", "Bearer correct horse"))).Status);
        Assert.Equal(401, (await cluster.SendAsync(host, method: "POST", body: "data")).Status);
        var upload = await cluster.SendAsync(host, method: "POST", body: "data", headers: AccessCluster.Login("ada", "correct horse"));
        Assert.EndsWith("\ndata", upload.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_may_be_keys_of_their_own()
    {
        await cluster.ApplySecretAsync("each", ("ada", Bcrypt), ("grace", Sha));
        var host = await cluster.AddHostAsync("web", ("auth-type", "basic"), ("auth-secret", "each"), ("auth-secret-type", "auth-map"));
        var refused = await cluster.UntilAsync(host, answer => answer.Status == 401);
        Assert.Equal("Basic realm=\"\"", refused["WWW-Authenticate"]);
        Assert.Equal(200, (await SendAsync(host, "ada", "correct horse")).Status);
        Assert.Equal(200, (await SendAsync(host, "grace", "correct horse")).Status);
        Assert.Equal(401, (await SendAsync(host, "auth", "correct horse")).Status);
    }

    [Fact]
    public async Task Auth_realm_off_turns_nothing_off()
    {
        await cluster.ApplySecretAsync("realm-off", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync("web", ("auth-type", "basic"), ("auth-secret", "realm-off"), ("auth-realm", "off"));
        var refused = await cluster.UntilAsync(host, answer => answer.Status == 401);
        Assert.Equal("Basic realm=\"off\"", refused["WWW-Authenticate"]);
        Assert.Equal(200, (await SendAsync(host, "ada", "pw")).Status);
    }

    [Fact]
    public async Task Another_password_in_the_Secret_counts_without_a_restart_and_the_old_one_no_longer()
    {
        await cluster.ApplySecretAsync("rotated", ("auth", $"ada:{Bcrypt}"));
        var host = await cluster.AddHostAsync("web", ("auth-type", "basic"), ("auth-secret", "rotated"));
        await Wait.ForAsync(() => SendAsync(host, "ada", "correct horse"), answer => answer.Status == 200, "the first password");

        await cluster.ApplySecretAsync("rotated", ("auth", "ada:{PLAIN}another"));
        await Wait.ForAsync(() => SendAsync(host, "ada", "another"), answer => answer.Status == 200, "the second password");
        Assert.Equal(401, (await SendAsync(host, "ada", "correct horse")).Status);
    }

    [Fact]
    public async Task Users_of_another_namespace_are_asked_for_only_when_that_is_allowed()
    {
        await cluster.Bed.ApplyAsync("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: elsewhere}
            """);
        await cluster.Bed.ApplyAsync("""
            apiVersion: v1
            kind: Secret
            metadata: {name: users, namespace: elsewhere}
            stringData: {auth: 'ada:{PLAIN}pw'}
            """);
        var host = await cluster.AddHostAsync("web", ("auth-type", "basic"), ("auth-secret", "elsewhere/users"));
        Assert.Equal(503, (await SendAsync(host, "ada", "pw")).Status);

        await cluster.ApplyAsync("ConfigMap", "answers-settings", "data", ("allow-cross-namespace-resources", "true"));
        await Wait.ForAsync(() => SendAsync(host, "ada", "pw"), answer => answer.Status == 200, "the other namespace");
        Assert.Equal(401, (await cluster.SendAsync(host)).Status);
        await cluster.ApplyAsync("ConfigMap", "answers-settings", "data", ("allow-cross-namespace-resources", "false"));
        await Wait.ForAsync(() => SendAsync(host, "ada", "pw"), answer => answer.Status == 503, "the other namespace, closed again");
    }

    [Fact]
    public async Task Paths_of_no_auth_locations_ask_nobody()
    {
        await cluster.ApplySecretAsync("open", ("auth", "ada:{PLAIN}pw"));
        await cluster.Bed.ApplyAsync("""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata:
              name: open
              namespace: default
              annotations: {nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: open}
            spec:
              ingressClassName: yarp
              rules:
              - host: open.example.com
                http:
                  paths:
                  - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
                  - {path: /.well-known/acme-challenge, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
            """);
        await cluster.UntilAsync("open.example.com", answer => answer.Status == 401);
        var open = await cluster.SendAsync("open.example.com", "/.well-known/acme-challenge/token", headers: AccessCluster.Login("x", "y"));
        Assert.Equal((200, "Basic eDp5"), (open.Status, open.Sent("Authorization")));
        foreach (var around in new[] { "/.well-known/acme-challenge/../../", "/.well-known/acme-challengex", "/.WELL-KNOWN/acme-challenge/", "/x/.well-known/acme-challenge" })
            Assert.Equal(401, (await cluster.SendAsync("open.example.com", around)).Status);
    }

    [Fact]
    public async Task A_page_for_401_still_asks_for_the_password_and_its_pod_does_not_get_one()
    {
        await cluster.ApplySecretAsync("paged", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync(
            "web", ("auth-type", "basic"), ("auth-secret", "paged"), ("custom-http-errors", "401"), ("default-backend", "web"));
        var page = await Wait.ForAsync(() => SendAsync(host, "ada", "wrong"), answer => answer.Status == 401, "the page");
        Assert.Equal("Basic realm=\"\"", page["WWW-Authenticate"]);
        Assert.Equal(("401", null), (page.Sent("X-Code"), page.Sent("Authorization")));
        var served = await SendAsync(host, "ada", "pw");
        Assert.Equal((200, null), (served.Status, served.Sent("X-Code")));
    }

    [Fact]
    public async Task A_redirect_to_https_comes_before_the_password_and_a_preflight_needs_none()
    {
        await cluster.ApplySecretAsync("ordered", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync(
            "web", ("auth-type", "basic"), ("auth-secret", "ordered"), ("force-ssl-redirect", "true"), ("enable-cors", "true"));
        await cluster.UntilAsync(host, answer => answer.Status == 308);
        var preflight = await cluster.SendAsync(
            host, "/", "OPTIONS", null, ("Origin", "https://a.io"), ("Access-Control-Request-Method", "GET"));
        Assert.Equal(204, preflight.Status);
    }

    [Fact]
    public async Task A_Secret_that_is_repaired_opens_the_route_without_a_restart()
    {
        var host = await cluster.AddHostAsync("web", ("auth-type", "basic"), ("auth-secret", "late"));
        Assert.Equal(503, (await SendAsync(host, "ada", "pw")).Status);
        await cluster.ApplySecretAsync("late", ("auth", "nothing of use"));
        Assert.Equal(503, (await SendAsync(host, "ada", "pw")).Status);
        await cluster.ApplySecretAsync("late", ("auth", "ada:{PLAIN}pw"));
        await Wait.ForAsync(() => SendAsync(host, "ada", "pw"), answer => answer.Status == 200, "the repaired Secret");
        Assert.Equal(401, (await cluster.SendAsync(host)).Status);
    }

    [Fact]
    public async Task A_mirror_does_not_get_the_password_either()
    {
        var copied = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mirror = await Origin.StartAsync(context =>
        {
            copied.TrySetResult($"{context.Request.Headers.Authorization}|{context.Request.Headers["X-Kept"]}");
            return Task.CompletedTask;
        });
        await cluster.ApplySecretAsync("mirrored", ("auth", "ada:{PLAIN}pw"));
        var host = await cluster.AddHostAsync(
            "web", ("auth-type", "basic"), ("auth-secret", "mirrored"), ("mirror-target", $"http://{mirror.EndPoint}$request_uri"));
        await Wait.ForAsync(
            () => cluster.SendAsync(host, headers: [AccessCluster.Login("ada", "pw"), ("X-Kept", "kept")]),
            answer => answer.Status == 200, "the login");
        Assert.Equal("|kept", await copied.Task.WaitAsync(Wait.Deadline, TestContext.Current.CancellationToken));
    }

    private Task<Answer> SendAsync(string host, string name, string password) =>
        cluster.SendAsync(host, headers: AccessCluster.Login(name, password));
}
