using System.Globalization;
using YarpIngress.Tests.Answers;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.ExternalAuth;

/// <summary><c>auth-url</c>, <c>auth-method</c>, <c>auth-signin</c>, <c>auth-response-headers</c> and what goes with them.</summary>
[Collection(nameof(AuthCollection))]
public sealed class ExternalAuthTests(AnswersCluster cluster) : IAsyncLifetime
{
    private AuthServer? _server;

    private AuthServer Server => _server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => _server = await AuthServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task The_service_gets_the_head_of_the_request_and_nothing_of_its_body()
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", $"{Server.Url}/check?a=b"));
        var answer = await cluster.SendAsync(
            host, "/some/path%2f?q=1&r=%20", "POST", "the body",
            ("Cookie", "session=1"), ("Authorization", "Bearer x"), ("X-Custom", "yes"), ("X-Original-URL", "http://evil/"),
            ("X-Original-URI", "/evil"), ("X-Original-Method", "EVIL"), ("X-Sent-From", "evil"), ("X-Auth-Request-Redirect", "evil"),
            ("X-Forwarded-Proto", "evil"), ("X-Forwarded-Host", "evil"), ("X-Real-IP", "6.6.6.6"), ("X-Scheme", "evil"),
            ("X-Request-ID", "my-id"), ("Connection", "close, X-Hop"), ("X-Forwarded-For", "6.6.6.6"), ("ssl-client-verify", "SUCCESS"));
        Assert.Equal(200, answer.Status);
        Assert.EndsWith("\nthe body", answer.Body, StringComparison.Ordinal);

        var asked = Server.Last;
        Assert.Equal(("GET", "/check?a=b", 0L), (asked.Method, asked.Target, asked.BodyLength));
        Assert.Equal("127.0.0.1", asked["Host"]);
        Assert.Equal($"http://{host}/some/path%2f?q=1&r=%20", asked["X-Original-URL"]);
        Assert.Equal("POST", asked["X-Original-Method"]);
        Assert.Equal("nginx-ingress-controller", asked["X-Sent-From"]);
        Assert.Equal("/some/path%2f?q=1&r=%20", asked["X-Auth-Request-Redirect"]);
        Assert.Equal("127.0.0.1", asked["X-Real-IP"]);
        Assert.Equal("127.0.0.1", asked["X-Forwarded-For"]);
        Assert.Equal("my-id", asked["X-Request-ID"]);
        Assert.Equal(("session=1", "Bearer x", "yes"), (asked["Cookie"], asked["Authorization"], asked["X-Custom"]));
        Assert.Equal("text/plain; charset=utf-8", asked["Content-Type"]);
        foreach (var name in (string[])["X-Forwarded-Proto", "X-Forwarded-Host", "X-Original-URI", "X-Scheme", "Transfer-Encoding", "Connection", "ssl-client-verify"])
            Assert.Null(asked[name]);
        Assert.True(asked["Content-Length"] is null or "0");
    }

    [Fact]
    public async Task Auth_method_is_used_and_tells_the_service_more()
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", Server.Url), ("auth-method", "PUT"));
        Assert.Equal(200, (await cluster.SendAsync(host, "/x?y", "DELETE", null, ("X-Original-URI", "/evil"))).Status);
        var asked = Server.Last;
        Assert.Equal(("PUT", "/", "/x?y", "http"), (asked.Method, asked.Target, asked["X-Original-URI"], asked["X-Scheme"]));
        Assert.Equal("DELETE", asked["X-Original-Method"]);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 200)]
    [InlineData(204, 200)]
    [InlineData(299, 200)]
    [InlineData(401, 401)]
    [InlineData(403, 403)]
    [InlineData(301, 500)]
    [InlineData(302, 500)]
    [InlineData(304, 500)]
    [InlineData(400, 500)]
    [InlineData(404, 500)]
    [InlineData(407, 500)]
    [InlineData(500, 500)]
    [InlineData(503, 500)]
    [InlineData(599, 500)]
    public async Task What_the_service_says_decides(int said, int expected)
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{Server.Url}/?status={said}&h=Location:http://example.com/&h=X-Said:yes"));
        var answer = await cluster.SendAsync(host, "/", "GET");
        Assert.Equal(expected, answer.Status);
        Assert.Equal(expected == 200, answer.Body.StartsWith("GET /", StringComparison.Ordinal));
        Assert.Null(answer["X-Said"]);
        Assert.Null(answer["Location"]);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Challenges_are_the_clients(int status)
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{Server.Url}/?status={status}&h=WWW-Authenticate:Bearer%20realm=a&h=WWW-Authenticate:Basic%20realm=b"));
        var answer = await cluster.SendAsync(host);
        Assert.Equal(status, answer.Status);
        Assert.Equal("Bearer realm=a, Basic realm=b", answer["WWW-Authenticate"]);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Auth_response_headers_come_in_place_of_the_clients(string service)
    {
        var host = await cluster.AddHostAsync(
            service, ("auth-url", $"{Server.Url}/?h=X-User:jane&h=X-Group:a&h=X-Group:b&h=X-Other:o"),
            ("auth-response-headers", "X-User, X-Group, X-Missing, Content-Language"));
        var answer = await cluster.SendAsync(
            host, "/", "POST", "b", ("X-User", "root"), ("x-missing", "root"), ("X-Other", "client"), ("Connection", "X-User"),
            ("X_User", "root"));
        Assert.Equal(("jane", "a, b", null, "client"),
            (answer.Sent("X-User"), Groups(answer), answer.Sent("X-Missing"), answer.Sent("X-Other")));
        Assert.DoesNotContain("root", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web")]
    [InlineData("h2")]
    public async Task Where_nobody_was_asked_the_clients_word_for_the_services_does_not_pass(string service)
    {
        var host = await cluster.AddHostAsync(
            service, ("auth-url", $"{Server.Url}/?status=401"), ("auth-response-headers", "X-User"), ("satisfy", "any"),
            ("allowlist-source-range", "127.0.0.0/8"));
        var answer = await cluster.SendAsync(host, "/", "GET", null, ("X-User", "root"));
        Assert.Equal((200, null), (answer.Status, answer.Sent("X-User")));
        Assert.Empty(Server.Questions);
        await cluster.ApplyIngressAsync(
            host, service, ("auth-url", $"{Server.Url}/?status=401"), ("auth-response-headers", "X-User"), ("satisfy", "any"),
            ("allowlist-source-range", "10.0.0.0/8"));
        await cluster.UntilAsync(host, answer => answer.Status == 401);
        // A 2xx without the header is no leave for the client's either.
        await cluster.ApplyIngressAsync(
            host, service, ("auth-url", $"{Server.Url}/?status=204"), ("auth-response-headers", "X-User"), ("satisfy", "any"),
            ("allowlist-source-range", "10.0.0.0/8"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        Assert.Null((await cluster.SendAsync(host, "/", "GET", null, ("X-User", "root"))).Sent("X-User"));
    }

    [Fact]
    public async Task Auth_signin_sends_the_client_to_log_in()
    {
        foreach (var (signIn, expected) in new[]
        {
            ("https://login.example.com/start", "https://login.example.com/start?rd="),
            ("https://login.example.com/start?team=a", "https://login.example.com/start?team=a&rd="),
            ("https://login.example.com/start?rd=", "https://login.example.com/start?rd=&rd="),
            ("https://login.example.com/start?rd=fixed", "https://login.example.com/start?rd=fixed"),
            ("http://$host/login", "http://{host}/login?rd="),
        })
        {
            var host = await cluster.AddHostAsync(
                "web", ("auth-url", $"{Server.Url}/?status=401&h=Set-Cookie:csrf=1&h=Set-Cookie:b=2"), ("auth-signin", signIn));
            var answer = await cluster.SendAsync(host, "/a/b%20c?d=e&f=1");
            Assert.Equal(302, answer.Status);
            var location = expected.Replace("{host}", host, StringComparison.Ordinal);
            Assert.Equal(
                location + (expected.EndsWith("fixed", StringComparison.Ordinal) ? "" : $"http://{host}%2Fa%2Fb%2520c%3Fd%3De%26f%3D1"),
                answer["Location"]);
            Assert.Equal("csrf=1, b=2", answer["Set-Cookie"]);
            Assert.Null(answer["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task Auth_signin_redirect_param_names_the_parameter_and_403_stays_403()
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{Server.Url}/?status=$arg_s"), ("auth-signin", "https://login.example.com/?rd=x"),
            ("auth-signin-redirect-param", "back"), ("enable-cors", "true"), ("cors-allow-origin", "https://app.example.com"));
        var answer = await cluster.SendAsync(host, "/?s=401", "GET", null, ("Origin", "https://app.example.com"));
        Assert.Equal($"https://login.example.com/?rd=x&back=http://{host}%2F%3Fs%3D401", answer["Location"]);
        Assert.Equal("https://app.example.com", answer["Access-Control-Allow-Origin"]);
        Assert.Equal(403, (await cluster.SendAsync(host, "/?s=403")).Status);
        Assert.Equal(500, (await cluster.SendAsync(host, "/?s=302")).Status);
        Assert.Equal(200, (await cluster.SendAsync(host, "/?s=200")).Status);
    }

    [Fact]
    public async Task Auth_request_redirect_and_auth_keepalive()
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", Server.Url), ("auth-request-redirect", "https://$host/after$request_uri"), ("auth-keepalive", "0"));
        Assert.Equal(200, (await cluster.SendAsync(host, "/x")).Status);
        Assert.Equal($"https://{host}/after/x", Server.Last["X-Auth-Request-Redirect"]);
        Assert.Equal("close", Server.Last["Connection"]);
    }

    [Theory]
    [InlineData("auth-always-set-cookie", "perhaps")]
    [InlineData("auth-signin", "javascript:x")]
    [InlineData("auth-signin-redirect-param", "a b")]
    [InlineData("auth-request-redirect", "$nosuch")]
    [InlineData("auth-cache-key", "$nosuch")]
    [InlineData("auth-keepalive", "many")]
    [InlineData("auth-keepalive-requests", "many")]
    [InlineData("auth-keepalive-timeout", "many")]
    [InlineData("auth-keepalive-share-vars", "perhaps")]
    [InlineData("enable-global-auth", "perhaps")]
    public async Task A_bad_value_beside_auth_url_takes_no_authentication_away(string name, string value)
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", $"{Server.Url}/?status=$arg_s"), (name, value));
        Assert.Equal(401, (await cluster.SendAsync(host, "/?s=401")).Status);
        Assert.Equal(200, (await cluster.SendAsync(host, "/?s=200")).Status);
    }

    [Theory]
    [InlineData("auth-snippet")]
    [InlineData("auth-method")]
    [InlineData("auth-cache-duration")]
    [InlineData("auth-response-headers")]
    public async Task A_bad_value_of_what_protects_closes_beside_auth_url(string name)
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", Server.Url), (name, "if ($http_x) { return 403; }"));
        Assert.Equal(503, (await cluster.SendAsync(host)).Status);
        Assert.Empty(Server.Questions);
    }

    [Theory]
    [InlineData("auth-keepalive-requests", "0", "close")]
    [InlineData("auth-keepalive-requests", "1", null)]
    [InlineData("auth-keepalive-timeout", "0", "close")]
    [InlineData("auth-keepalive-timeout", "1", null)]
    [InlineData("auth-keepalive", "32", null)]
    [InlineData("auth-keepalive", "many", null)]
    [InlineData("auth-keepalive-share-vars", "true", null)]
    public async Task Auth_keepalive_says_whether_connections_are_kept(string name, string value, string? expected)
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", Server.Url), (name, value));
        Assert.Equal(200, (await cluster.SendAsync(host)).Status);
        Assert.Equal(expected, Server.Last["Connection"]);
    }

    [Fact]
    public async Task Auth_url_may_hold_an_address_of_IPv6()
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = new RawOrigin(
            async (stream, ct) =>
            {
                asked.TrySetResult(await RawOrigin.ReadHeadAsync(stream, ct));
                await stream.WriteAsync("HTTP/1.1 204 No Content\r\nX-User: jane\r\nConnection: close\r\n\r\n"u8.ToArray(), ct);
            },
            System.Net.IPAddress.IPv6Loopback);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://[::1]:{service.EndPoint.Port}/check");
        var host = await cluster.AddHostAsync("web", ("auth-url", url), ("auth-response-headers", "X-User"));
        var answer = await cluster.SendAsync(host);
        Assert.Equal((200, "jane"), (answer.Status, answer.Sent("X-User")));
        var head = await asked.Task.WaitAsync(Wait.Deadline, TestContext.Current.CancellationToken);
        Assert.StartsWith("GET /check HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nHost: [::1]\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", 200, "pod=1, auth=1; HttpOnly")]
    [InlineData("false", 404, "pod=1")]
    [InlineData("true", 404, "pod=1, auth=1; HttpOnly")]
    [InlineData("false", 302, "pod=1, auth=1; HttpOnly")]
    public async Task Auth_always_set_cookie_says_with_which_answers_cookies_come(string always, int status, string expected)
    {
        foreach (var service in (string[])["web", "h2"])
        {
            var host = await cluster.AddHostAsync(
                service, ("auth-url", $"{Server.Url}/?h=Set-Cookie:auth=1;%20HttpOnly"), ("auth-always-set-cookie", always));
            var answer = await cluster.SendAsync(
                host, string.Create(CultureInfo.InvariantCulture, $"/?status={status}&h=Set-Cookie:pod=1"));
            Assert.Equal((status, expected), (answer.Status, answer["Set-Cookie"]));
        }
    }

    [Theory]
    [InlineData("true", "auth=1")]
    [InlineData("false", null)]
    public async Task Auth_always_set_cookie_counts_for_refusals_too(string always, string? expected)
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{Server.Url}/?status=403&h=Set-Cookie:auth=1"), ("auth-always-set-cookie", always));
        Assert.Equal(expected, (await cluster.SendAsync(host))["Set-Cookie"]);
    }

    [Fact]
    public async Task Auth_proxy_set_headers_are_read_live_and_missing_they_close()
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", Server.Url), ("auth-proxy-set-headers", "auth-question"));
        Assert.Equal(503, (await cluster.SendAsync(host)).Status);
        await cluster.ApplyAsync("ConfigMap", "auth-question", "data", ("X-Tenant", "$namespace-$host"), ("X-Sent-From", "us"));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        await cluster.SendAsync(host, "/", "GET", null, ("X-Tenant", "evil"));
        Assert.Equal(($"default-{host}", "us"), (Server.Last["X-Tenant"], Server.Last["X-Sent-From"]));
        await cluster.ApplyAsync("ConfigMap", "auth-question", "data", ("Host", "evil"));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
    }

    [Fact]
    public async Task Auth_url_that_is_none_closes_until_it_is_repaired()
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", "auth.example.com"));
        Assert.Equal(503, (await cluster.SendAsync(host)).Status);
        await cluster.ApplyIngressAsync(host, "web", ("auth-url", Server.Url));
        await cluster.UntilAsync(host, answer => answer.Status == 200);
        await cluster.ApplyIngressAsync(host, "web", ("auth-url", Server.Url), ("auth-response-headers", "not a name"));
        await cluster.UntilAsync(host, answer => answer.Status == 503);
    }

    [Fact]
    public async Task Auth_url_takes_variables_that_stay_where_they_are_put()
    {
        var host = await cluster.AddHostAsync(
            "web", ("auth-url", $"{Server.Url}/check/$request_method$uri?agent=$http_user_agent&a=$arg_a"));
        Assert.Equal(200, (await cluster.SendAsync(host, "/x%20y/z?a=1%2F", "GET", null, ("User-Agent", "a b#c"))).Status);
        Assert.Equal("/check/GET/x%20y/z?agent=a%20b%23c&a=1%2F", Server.Last.Target);
    }

    [Theory]
    [InlineData("../open")]
    [InlineData("x/../../open")]
    [InlineData("%2e%2E/open")]
    [InlineData("..;/open")]
    [InlineData("..%2fopen")]
    public async Task What_clients_send_leads_to_no_other_path_of_the_service(string path)
    {
        var host = await cluster.AddHostAsync("web", ("auth-url", $"{Server.Url}/check/$http_x_path"));
        Assert.Equal(200, (await cluster.SendAsync(host, "/", "GET", null, ("X-Path", "a..b/c"))).Status);
        var questions = Server.Questions.Count;
        Assert.Equal(500, (await cluster.SendAsync(host, "/", "GET", null, ("X-Path", path))).Status);
        Assert.Equal(questions, Server.Questions.Count);
    }

    private static string Groups(Answer answer) => string.Join(
        ", ", answer.Body.Split('\n').Where(line => line.StartsWith("X-Group: ", StringComparison.OrdinalIgnoreCase)).Select(line => line["X-Group: ".Length..]));
}
