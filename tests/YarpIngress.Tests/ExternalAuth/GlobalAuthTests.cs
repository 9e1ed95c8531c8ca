using YarpIngress.Tests.Answers;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>global-auth-url</c> and its companions, <c>enable-global-auth</c>, <c>no-auth-locations</c>.</summary>
[Collection(nameof(AuthCollection))]
public sealed class GlobalAuthTests(AnswersCluster cluster)
{
    [Fact]
    public async Task It_applies_live_to_every_Ingress_that_does_not_say_otherwise()
    {
        await using var server = await AuthServer.StartAsync();
        var plain = await cluster.AddHostAsync("web");
        var annotated = await cluster.AddHostAsync("web", ("ssl-redirect", "false"), ("enable-global-auth", "true"));
        var left = await cluster.AddHostAsync("web", ("enable-global-auth", "false"));
        var own = await cluster.AddHostAsync("web", ("auth-url", $"{server.Url}/own?status=403"));
        var badOptOut = await cluster.AddHostAsync("web", ("enable-global-auth", "no!"));
        var open = $"open.{plain}";
        await cluster.Bed.ApplyAsync($$"""
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: global-open, namespace: default}
            spec:
              ingressClassName: yarp
              rules:
              - host: {{open}}
                http:
                  paths:
                  - {path: /.well-known/acme-challenge, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } }
                  - {path: /public, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } }
                  - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80} } } }
            """);
        await cluster.UntilAsync(open, answer => answer.Status == 200);
        try
        {
            await SettingsAsync(
                ("global-auth-url", $"{server.Url}/global?status=401&h=Set-Cookie:c=1"), ("global-auth-method", "POST"),
                ("global-auth-signin", "https://login.example.com/?a=b"), ("global-auth-signin-redirect-param", "back"),
                ("global-auth-always-set-cookie", "true"));
            foreach (var host in (string[])[plain, annotated, badOptOut, open])
            {
                var answer = await cluster.UntilAsync(host, answer => answer.Status == 302);
                Assert.Equal($"https://login.example.com/?a=b&back=http://{host}%2F", answer["Location"]);
            }
            Assert.Equal("POST", server.Last.Method);
            Assert.Equal("/", server.Last["X-Original-URI"]);
            Assert.Equal(200, (await cluster.SendAsync(left)).Status);
            Assert.Equal(403, (await cluster.SendAsync(own)).Status);
            Assert.Equal(200, (await cluster.SendAsync(open, "/.well-known/acme-challenge/token")).Status);
            Assert.Equal(302, (await cluster.SendAsync(open, "/public/x")).Status);

            await SettingsAsync(
                ("global-auth-url", $"{server.Url}/?h=X-User:jane"), ("global-auth-response-headers", "X-User"),
                ("global-auth-request-redirect", "/home"), ("global-auth-cache-key", "$http_x_key"),
                ("global-auth-cache-duration", "200 1h"),
                ("no-auth-locations", "/public"), ("enable-auth-access-log", "true"));
            var passed = await cluster.UntilAsync(plain, answer => answer.Status == 200);
            Assert.Equal("jane", passed.Sent("X-User"));
            // Hosts follow one by one.
            await cluster.UntilAsync(open, answer => answer.Status == 200);
            await cluster.SendAsync(plain, "/", "GET", null, ("X-Key", "new"));
            Assert.Equal("/home", server.Last["X-Auth-Request-Redirect"]);
            var asked = server.Questions.Count;
            Assert.Equal("jane", (await cluster.SendAsync(plain, "/", "GET", null, ("X-Key", "new"), ("X-User", "root"))).Sent("X-User"));
            Assert.Equal(asked, server.Questions.Count);
            // Nobody is asked there, and nobody vouches for what the client says.
            Assert.Null((await cluster.SendAsync(open, "/public/x", "GET", null, ("X-User", "root"))).Sent("X-User"));
            Assert.Equal(asked, server.Questions.Count);

            // What can't be read closes everything but those that are left out.
            await SettingsAsync(("global-auth-url", "auth.example.com"));
            await cluster.UntilAsync(plain, answer => answer.Status == 503);
            await cluster.UntilAsync(annotated, answer => answer.Status == 503);
            await cluster.UntilAsync(open, answer => answer.Status == 503);
            Assert.Equal(200, (await cluster.SendAsync(left)).Status);
            Assert.Equal(403, (await cluster.SendAsync(own)).Status);
            Assert.Equal(503, (await cluster.SendAsync(open, "/public/x")).Status);
            Assert.Equal(200, (await cluster.SendAsync(open, "/.well-known/acme-challenge/token")).Status);
            // What an Ingress says wrong itself closes all of it.
            await cluster.ApplyIngressAsync(
                left, "web", ("enable-global-auth", "false"), ("auth-type", "basic"), ("auth-secret", "missing"));
            await cluster.UntilAsync(left, answer => answer.Status == 503);
        }
        finally
        {
            await SettingsAsync();
        }
        await cluster.UntilAsync(plain, answer => answer.Status == 200);
    }

    [Fact]
    public async Task The_default_backend_is_asked_for_too_and_enable_auth_access_log_tells()
    {
        await using var server = await AuthServer.StartAsync();
        using var log = new EventLog();
        var shared = await cluster.AddHostAsync("web");
        var controller = await cluster.Bed.StartReadyControllerAsync(options => options with
        {
            ConfigMap = new("default", "answers-settings"),
            DefaultBackendService = new("default", "web"),
            DisableLeaderElection = true,
            UpdateStatus = false,
        }, log);
        Task UntilAsync(int status) => Wait.ForAsync(
            async () => (await cluster.Bed.GetAsync(controller, "unknown.example.com")).Status, seen => seen == status, $"{status}");
        await UntilAsync(200);
        try
        {
            await SettingsAsync(("global-auth-url", $"{server.Url}/?status=403"));
            await UntilAsync(403);
            Assert.Empty(log.Of("AuthAnswered"));
            await SettingsAsync(("global-auth-url", $"{server.Url}/?status=401&hidden=1"), ("enable-auth-access-log", "true"));
            await UntilAsync(401);
            Assert.Matches($"authentication service 127.0.0.1:{server.Port} answered 401 after [0-9]+ ms$", log.Of("AuthAnswered")[0]);
            await SettingsAsync(("global-auth-url", "auth.example.com"));
            await UntilAsync(503);
            // Nobody is asked whom the client names.
            await SettingsAsync(("global-auth-url", "http://$host/"));
            await UntilAsync(500);
            await cluster.UntilAsync(shared, answer => answer.Status == 500);
        }
        finally
        {
            await SettingsAsync();
        }
        await UntilAsync(200);
        // The next test's controller is the shared one, which follows the ConfigMap at its own pace.
        await cluster.UntilAsync(shared, answer => answer.Status == 200);
    }

    private Task SettingsAsync(params (string Name, string Value)[] keys) =>
        cluster.ApplyAsync("ConfigMap", "answers-settings", "data", keys);
}
