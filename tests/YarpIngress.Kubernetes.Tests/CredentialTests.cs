using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

/// <summary>Credentials that change: token files and plugins, which are real programs.</summary>
public sealed class CredentialTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly ManualTime _time = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rotated_token_is_read_within_a_minute()
    {
        await using var peer = await ApiPeer.StartAsync();
        var file = _files.Write("token", "one\n");
        using var client = new ApiClient(peer.Config with { Credentials = Credentials.BearerTokenFile(file) }, time: _time);
        Assert.Equal("Bearer one", await AskAsync(peer, client));

        File.WriteAllText(file, "two");
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("Bearer one", await AskAsync(peer, client));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Bearer two", await AskAsync(peer, client));

        // A moment without a file, or an empty one, is no reason to forget what works.
        File.Delete(file);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Bearer two", await AskAsync(peer, client));
        File.WriteAllText(file, "");
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Bearer two", await AskAsync(peer, client));
    }

    [Fact]
    public async Task A_refused_token_is_read_again_at_once_and_the_request_repeated_once()
    {
        await using var peer = await ApiPeer.StartAsync();
        var file = _files.Write("token", "one");
        using var client = new ApiClient(peer.Config with { Credentials = Credentials.BearerTokenFile(file) }, time: _time);
        Assert.Equal("Bearer one", await AskAsync(peer, client));

        File.WriteAllText(file, "two");
        var create = client.CreateAsync(new V1ConfigMap { Metadata = new() { Name = "a", NamespaceProperty = "b" } }, Cancelled);
        await (await peer.NextAsync()).StatusAsync(401, "Unauthorized");
        var second = await peer.NextAsync();
        Assert.Equal("Bearer two", second.Header("Authorization"));
        await second.AnswerAsync(201, Objects.ConfigMap("a", 1));
        await create;

        // The same token again would be refused again.
        var get = client.GetAsync<V1ConfigMap>("b", "a", Cancelled);
        await (await peer.NextAsync()).StatusAsync(401, "Unauthorized", "token expired");
        var error = await Assert.ThrowsAsync<ApiException>(() => get);
        Assert.Equal(401, error.StatusCode);
        Assert.False(peer.HasMore);
        Assert.DoesNotContain("two", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_file_that_is_not_there_is_an_error_that_passes()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = new ApiClient(peer.Config with { Credentials = Credentials.BearerTokenFile(_files["token"]) }, time: _time);
        var error = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1ConfigMap>("a", "b", Cancelled));
        Assert.Equal(ApiException.NoCredentials, error.Reason);
        Assert.Contains(_files["token"], error.Message, StringComparison.Ordinal);
        _files.Write("token", "now");
        Assert.Equal("Bearer now", await AskAsync(peer, client));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task A_plugin_gives_a_token_and_knows_what_the_kubeconfig_says(string version)
    {
        await using var peer = await ApiPeer.StartAsync();
        var authority = new TestAuthority();
        _files.Write("ca.pem", authority.Pem);
        _files.Script("bin/plugin", $$$$"""
            echo "$KUBERNETES_EXEC_INFO" > {{{{_files["info"]}}}}
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/{{{{version}}}}","status":{"token":"'"$1-$2-$COLOUR"'"}}'
            """);
        var file = _files.Write("config", $$$$"""
            current-context: x
            clusters:
            - name: c
              cluster:
                server: {{{{peer.Url}}}}
                certificate-authority: ca.pem
                extensions:
                - {name: client.authentication.k8s.io/exec, extension: {audience: me}}
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/{{{{version}}}}
                  command: ./bin/plugin
                  args: [get, token]
                  env: [{name: COLOUR, value: blue}]
                  provideClusterInfo: true
                  interactiveMode: IfAvailable
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
        using var client = new ApiClient(ClusterConfig.FromKubeconfig(file), time: _time);
        Assert.Equal("Bearer get-token-blue", await AskAsync(peer, client));

        var info = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_files["info"]))!;
        Assert.Equal(
            ($"client.authentication.k8s.io/{version}", false), ((string?)info["apiVersion"], (bool)info["spec"]!["interactive"]!));
        var cluster = info["spec"]!["cluster"]!;
        Assert.Equal((peer.Url.ToString(), "me"), ((string?)cluster["server"], (string?)cluster["config"]!["audience"]));
        Assert.Equal(
            authority.Pem, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)cluster["certificate-authority-data"]!)));
    }

    [Fact]
    public async Task A_plugin_runs_again_when_its_token_expires_or_is_refused()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = Plugin(peer, $$$$"""
            echo x >> {{{{_files["runs"]}}}}
            n=$(wc -l < {{{{_files["runs"]}}}} | tr -d ' ')
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t'$n'","expirationTimestamp":"2026-03-01T12:10:00Z"}}'
            """);
        Assert.Equal("Bearer t1", await AskAsync(peer, client));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("Bearer t1", await AskAsync(peer, client));

        var get = client.GetAsync<V1ConfigMap>("a", "b", Cancelled);
        await (await peer.NextAsync()).StatusAsync(401, "Unauthorized");
        var repeated = await peer.NextAsync();
        Assert.Equal("Bearer t2", repeated.Header("Authorization"));
        await repeated.AnswerAsync(200, Objects.ConfigMap("b", 1));
        await get;

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Bearer t3", await AskAsync(peer, client));
    }

    [Fact]
    public async Task Many_requests_at_once_run_the_plugin_once()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = Plugin(peer, $$$$"""
            echo x >> {{{{_files["runs"]}}}}
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t"}}'
            """);
        var calls = Enumerable.Range(0, 5).Select(_ => client.GetAsync<V1ConfigMap>("a", "b", Cancelled)).ToList();
        foreach (var _ in calls)
            await (await peer.NextAsync()).AnswerAsync(200, Objects.ConfigMap("b", 1));
        await Task.WhenAll(calls);
        Assert.Single(File.ReadAllLines(_files["runs"]));
    }

    [Fact]
    public async Task A_plugin_gives_a_client_certificate_and_later_another()
    {
        var authority = new TestAuthority();
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"));
        using var client = Plugin(peer, $"cat {_files["credential"]}", peer.Config with { CertificateAuthorities = authority.Collection });

        WriteCredential(authority, "alice");
        Assert.Equal("CN=alice", await AskNameAsync(peer, client));
        WriteCredential(authority, "bob");
        Assert.Equal("CN=alice", await AskNameAsync(peer, client));

        var get = client.GetAsync<V1ConfigMap>("a", "b", Cancelled);
        await (await peer.NextAsync()).StatusAsync(401, "Unauthorized");
        var repeated = await peer.NextAsync();
        Assert.Equal("CN=bob", repeated.ClientName);
        await repeated.AnswerAsync(200, Objects.ConfigMap("b", 1));
        await get;
    }

    [Theory]
    [InlineData("echo no such account >&2; exit 3", "ended with exit code 3: no such account")]
    [InlineData("exit 1", "ended with exit code 1: it printed nothing on stderr.")]
    [InlineData("echo token-s3cret", "printed something that is not JSON")]
    [InlineData("echo '{\"kind\":\"Other\",\"s\":\"s3cret\"}'", "printed something else than an ExecCredential")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"s3cret\"}}'", "answered in client.authentication.k8s.io/v1beta1, the kubeconfig says client.authentication.k8s.io/v1")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "without status")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor a client certificate")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientKeyData\":\"s3cret\",\"token\":\"t\"}}'", "only one of")]
    [InlineData("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":{\"s3cret\":1}}}'", "the token of")]
    public async Task Failures_of_a_plugin_say_what_it_said_but_never_the_token(string script, string expected)
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = Plugin(peer, script);
        var error = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1ConfigMap>("a", "b", Cancelled));
        Assert.Equal(ApiException.NoCredentials, error.Reason);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("user \"u\": exec", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_installed_is_named_with_its_hint()
    {
        await using var peer = await ApiPeer.StartAsync();
        var file = _files.Write("config", $$$$"""
            current-context: x
            clusters: [{name: c, cluster: {server: "{{{{peer.Url}}}}"}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin-anywhere, installHint: "Get it from example.com"}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
        using var client = new ApiClient(ClusterConfig.FromKubeconfig(file));
        var error = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync<V1ConfigMap>("a", "b", Cancelled));
        Assert.Contains("no-such-plugin-anywhere is not in PATH", error.Message, StringComparison.Ordinal);
        Assert.Contains("Get it from example.com", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_hangs_is_ended()
    {
        await using var peer = await ApiPeer.StartAsync();
        using var client = Plugin(peer, $"echo $$ > {_files["pid"]}; exec sleep 600");
        var get = client.GetAsync<V1ConfigMap>("a", "b", Cancelled);
        await Eventually.IsTrueAsync(() => File.Exists(_files["pid"]) && File.ReadAllText(_files["pid"]).EndsWith('\n'));
        // It runs before its time does.
        await Eventually.IsTrueAsync(() => _time.Waits(TimeSpan.FromSeconds(60)));
        _time.Advance(TimeSpan.FromSeconds(61));
        var error = await Assert.ThrowsAsync<ApiException>(() => get);
        Assert.Contains("printed nothing within 60 s", error.Message, StringComparison.Ordinal);
        await Eventually.IsTrueAsync(
            () => !Directory.Exists($"/proc/{File.ReadAllText(_files["pid"]).Trim()}") || !OperatingSystem.IsLinux());
    }

    private ApiClient Plugin(ApiPeer peer, string script, ClusterConfig? config = null)
    {
        _files.Script("plugin", script);
        var file = _files.Write("config", $$$$"""
            current-context: x
            clusters: [{name: c, cluster: {server: "{{{{peer.Url}}}}"}}]
            users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
        return new ApiClient((config ?? peer.Config) with { Credentials = ClusterConfig.FromKubeconfig(file).Credentials }, time: _time);
    }

    private void WriteCredential(TestAuthority authority, string name)
    {
        var (certificate, key) = authority.Client(name, "ec-pkcs8");
        var status = new System.Text.Json.Nodes.JsonObject { ["clientCertificateData"] = certificate, ["clientKeyData"] = key };
        _files.Write("credential", new System.Text.Json.Nodes.JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = status,
        }.ToJsonString());
    }

    private static async Task<string?> AskAsync(ApiPeer peer, ApiClient client) =>
        (await ExchangeAsync(peer, client)).Header("Authorization");

    private static async Task<string?> AskNameAsync(ApiPeer peer, ApiClient client) => (await ExchangeAsync(peer, client)).ClientName;

    private static async Task<Exchange> ExchangeAsync(ApiPeer peer, ApiClient client)
    {
        var get = client.GetAsync<V1ConfigMap>("a", "b", Cancelled);
        var next = peer.NextAsync();

        // A failure before the request is sent is to be seen as such.
        if (await Task.WhenAny(get, next) == get)
            await get;
        var exchange = await next;
        await exchange.AnswerAsync(200, Objects.ConfigMap("b", 1));
        await get;
        return exchange;
    }

    public void Dispose() => _files.Dispose();
}
