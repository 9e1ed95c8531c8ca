using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryDirectory _files = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Text(string server, string cluster = "", string user = "", string context = "", string current = "main") =>
        $$"""
        apiVersion: v1
        kind: Config
        current-context: {{current}}
        clusters:
        - name: c
          cluster: {server: "{{server}}"{{(cluster.Length > 0 ? ", " + cluster : "")}}}
        users:
        - name: u
          user: { {{user}} }
        contexts:
        - name: main
          context: {cluster: c, user: u{{(context.Length > 0 ? ", " + context : "")}}}
        """;

    [Fact]
    public async Task Certificates_by_file_relative_to_the_kubeconfig()
    {
        var authority = new TestAuthority();
        var (certificate, key) = authority.Client("alice", "ec-pkcs8");
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"));
        _files.Write("conf/pki/ca.pem", authority.Pem);
        _files.Write("conf/pki/alice.crt", certificate);
        _files.Write("conf/pki/alice.key", key);
        var file = _files.Write("conf/config", Text(
            peer.Url.ToString(), "certificate-authority: pki/ca.pem", "client-certificate: pki/alice.crt, client-key: ./pki/alice.key",
            "namespace: web"));

        var config = ClusterConfig.FromKubeconfig(file);
        Assert.Equal("web", config.Namespace);
        Assert.Equal("CN=alice", (await AskAsync(peer, config)).ClientName);
    }

    [Fact]
    public async Task Certificates_inline_win_over_files()
    {
        var authority = new TestAuthority();
        var (certificate, key) = authority.Client("alice", "rsa-pkcs1");
        await using var peer = await ApiPeer.StartAsync(authority.Server("127.0.0.1"));
        var file = _files.Write("config", Text(
            peer.Url.ToString(),
            $"certificate-authority: missing.pem, certificate-authority-data: {Base64(authority.Pem)}",
            $"client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}"));
        Assert.Equal("CN=alice", (await AskAsync(peer, ClusterConfig.FromKubeconfig(file))).ClientName);
    }

    [Fact]
    public async Task Insecure_skip_tls_verify_tls_server_name_and_impersonation()
    {
        await using var peer = await ApiPeer.StartAsync(new TestAuthority().Server("other"));
        var file = _files.Write("config", Text(
            peer.Url.ToString(), "insecure-skip-tls-verify: true, tls-server-name: k8s.example", "token: abc, as: bob, as-groups: [x]"));
        var exchange = await AskAsync(peer, ClusterConfig.FromKubeconfig(file));
        Assert.Equal(
            ("Bearer abc", "bob", "x"),
            (exchange.Header("Authorization"), exchange.Header("Impersonate-User"), exchange.Header("Impersonate-Group")));
        lock (peer.ServerNames)
            Assert.Equal(["k8s.example"], peer.ServerNames);
    }

    [Theory]
    [InlineData("token: abc", "Bearer abc")]
    [InlineData("token: 12345", "Bearer 12345")]
    [InlineData("token: abc, tokenFile: token", "Bearer from-file")]
    [InlineData("username: alice, password: secret", "Basic YWxpY2U6c2VjcmV0")]
    [InlineData("", null)]
    public async Task Tokens_and_passwords(string user, string? expected)
    {
        await using var peer = await ApiPeer.StartAsync();
        _files.Write("token", "from-file\n");
        var config = ClusterConfig.FromKubeconfig(_files.Write("config", Text(peer.Url.ToString(), user: user)));
        Assert.Equal(expected, (await AskAsync(peer, config)).Header("Authorization"));
        Assert.DoesNotContain("abc", config.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxies_of_the_environment_are_ignored_one_of_the_kubeconfig_is_used()
    {
        await using var peer = await ApiPeer.StartAsync();
        var file = _files.Write("config", Text("http://unreachable.invalid:1", $"proxy-url: \"{peer.Url}\""));
        var exchange = await AskAsync(peer, ClusterConfig.FromKubeconfig(file));
        Assert.StartsWith("http://unreachable.invalid:1/", exchange.Target, StringComparison.Ordinal);
        Assert.Null(ClusterConfig.FromKubeconfig(_files.Write("plain", Text("http://x"))).Proxy);
    }

    [Fact]
    public async Task Contexts_are_chosen_by_name()
    {
        await using var peer = await ApiPeer.StartAsync();
        var file = _files.Write("config", $$$$"""
            current-context: wrong
            clusters: [{name: c, cluster: {server: "{{{{peer.Url}}}}"}}]
            contexts:
            - {name: right, context: {cluster: c, namespace: there}}
            """);
        Assert.Equal("there", ClusterConfig.FromKubeconfig(file, "right").Namespace);
        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.FromKubeconfig(file));
        Assert.Equal($"kubeconfig {file} has no context \"wrong\". It has the contexts right.", error.Message);
    }

    [Fact]
    public void Several_files_are_merged_and_the_first_that_says_something_wins()
    {
        var one = _files.Write("one/config", """
            clusters: [{name: c, cluster: {server: "https://one", certificate-authority: ca.pem}}]
            contexts: [{name: a, context: {cluster: c, namespace: from-one}}]
            """);
        _files.Write("one/ca.pem", new TestAuthority("one").Pem);
        var two = _files.Write("two/config", """
            current-context: b
            clusters: [{name: c, cluster: {server: "https://two"}}, {name: d, cluster: {server: "https://two-d"}}]
            contexts: [{name: a, context: {cluster: d}}, {name: b, context: {cluster: c, namespace: from-two}}]
            """);
        var environment = Environment(("KUBECONFIG", $"{_files["missing"]}:{one}::{two}"));

        var config = ClusterConfig.Load(new ClusterConfigOptions(), environment);
        Assert.Equal(("https://one/", "from-two"), (config.Server.ToString(), config.Namespace));
        Assert.Equal("CN=one", config.CertificateAuthorities!.Single().Subject);
        Assert.Equal("from-one", ClusterConfig.Load(new ClusterConfigOptions { Context = "a" }, environment).Namespace);
    }

    [Fact]
    public void The_sources_are_tried_in_order()
    {
        var home = _files.Write(".kube/config", Text("https://home"));
        var list = _files.Write("list", Text("https://list"));
        var named = _files.Write("named", Text("https://named"));
        Directory.CreateDirectory(_files["sa"]);
        _files.Write("sa/token", "t");
        _files.Write("sa/ca.crt", new TestAuthority().Pem);
        _files.Write("sa/namespace", "pods\n");

        var everything = Environment(
            ("HOME", _files.Path), ("KUBECONFIG", list), ("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443"));
        Assert.Equal("https://named/", ClusterConfig.Load(new() { Kubeconfig = named }, everything).Server.ToString());
        var pod = ClusterConfig.Load(new(), everything);
        Assert.Equal(("https://[fd00::1]/", "pods", "in-cluster service account"), (pod.Server.ToString(), pod.Namespace, pod.Source));
        Assert.Equal("https://list/", ClusterConfig.Load(new() { Context = "main" }, everything).Server.ToString());
        Assert.Equal(
            "https://list/", ClusterConfig.Load(new(), Environment(("HOME", _files.Path), ("KUBECONFIG", list))).Server.ToString());
        Assert.Equal("https://home/", ClusterConfig.Load(new(), Environment(("HOME", _files.Path))).Server.ToString());

        File.Delete(home);
        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.Load(new(), Environment(("HOME", _files.Path))));
        Assert.Contains($"there is no {home}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apiserver_host_stands_alone_or_overrides_the_kubeconfig()
    {
        var ca = _files.Write("ca.pem", new TestAuthority("flag").Pem);
        var alone = ClusterConfig.Load(new() { ApiServerHost = "10.0.0.1:6443", CertificateAuthority = ca }, Environment());
        Assert.Equal(("https://10.0.0.1:6443/", "CN=flag"), (alone.Server.ToString(), alone.CertificateAuthorities!.Single().Subject));
        Assert.Equal(
            "http://localhost:8001/",
            ClusterConfig.Load(new() { ApiServerHost = "http://localhost:8001" }, Environment()).Server.ToString());

        var file = _files.Write("config", Text("https://file", user: "token: abc", context: "namespace: ns"));
        var both = ClusterConfig.Load(new() { ApiServerHost = "https://flag", Kubeconfig = file }, Environment());
        Assert.Equal(("https://flag/", "ns"), (both.Server.ToString(), both.Namespace));

        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.Load(new() { CertificateAuthority = ca }, Environment()));
        Assert.Contains("--apiserver-host", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.Load(new() { ApiServerHost = "ftp://x" }, Environment()));
        Assert.Contains("--apiserver-host: \"ftp://x\" is not the URL", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Faulty => new()
    {
        { "server: x", "", "user \"u\": client-key is missing although client-certificate is set" },
        { "", "client-key-data: aGFsbG8=", "client-certificate is missing although client-key is set" },
        { "certificate-authority-data: \"%%%\"", "", "cluster \"c\": certificate-authority-data is not base64" },
        { "certificate-authority-data: aGFsbG8=", "", "certificate-authority holds no PEM certificate" },
        { "certificate-authority: nowhere.pem", "", "cluster \"c\": certificate-authority names a file that can't be read" },
        { "insecure-skip-tls-verify: maybe", "", "cluster \"c\": insecure-skip-tls-verify is neither true nor false" },
        { "proxy-url: \"ftp://x\"", "", "cluster \"c\": proxy-url is not" },
        { "", "auth-provider: {name: gcp}", "user \"u\": auth-provider is no longer supported" },
        { "", "token: {a: b}", "user \"u\": token is not a text" },
        { "", "token: \"a b\"", "the token is empty or holds characters that no token has" },
        { "", "exec: {command: x}", "exec.apiVersion is missing" },
        {
            "",
            "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}",
            "exec.apiVersion is client.authentication.k8s.io/v1alpha1"
        },
        { "", "exec: {apiVersion: client.authentication.k8s.io/v1}", "exec.command is missing" },
        {
            "",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}",
            "exec.interactiveMode is Always"
        },
        { "", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, env: [1]}", "exec.env is not a list of name and value" },
        { "", "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}, token: abc", "exec can't be combined with token" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Errors_name_file_entry_and_field(string cluster, string user, string expected)
    {
        if (cluster == "server: x")
            (cluster, user) = ("", $"client-certificate-data: {Base64(new TestAuthority().Pem)}");
        var file = _files.Write("config", Text("https://x", cluster, user));
        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.FromKubeconfig(file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        if (!user.StartsWith("token: \"", StringComparison.Ordinal))
            Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [b", "is not valid YAML")]
    [InlineData("- a", "is not one YAML mapping")]
    [InlineData("clusters: 7", "clusters is not a list")]
    [InlineData("clusters: [{cluster: {}}]", "clusters[0] has no name")]
    [InlineData("contexts: [{name: a, context: x}]", "contexts[0].context is not a mapping")]
    [InlineData("", "has no current-context; name one with --context. It has no contexts.")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {}}]}", "context \"a\": cluster is missing")]
    [InlineData("{current-context: a, contexts: [{name: a, context: {cluster: x}}]}", "context \"a\": cluster names \"x\", which is not there")]
    [InlineData("{current-context: a, clusters: [{name: x}], contexts: [{name: a, context: {cluster: x}}]}", "cluster \"x\": server is missing")]
    [InlineData("{current-context: a, clusters: [{name: x, cluster: {server: y}}], contexts: [{name: a, context: {cluster: x, user: z}}]}", "user names \"z\", which is not there")]
    public void Files_that_are_no_kubeconfigs(string text, string expected)
    {
        var file = _files.Write("config", text);
        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.FromKubeconfig(file));
        Assert.StartsWith($"kubeconfig {file}", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_must_exist()
    {
        var error = Assert.Throws<ClusterConfigException>(() => ClusterConfig.FromKubeconfig(_files["none"]));
        Assert.StartsWith($"kubeconfig {_files["none"]} can't be read", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Exchange> AskAsync(ApiPeer peer, ClusterConfig config)
    {
        using var client = new ApiClient(config);
        var get = client.GetAsync<V1ConfigMap>("default", "a", Cancelled);
        var exchange = await peer.NextAsync();
        await exchange.AnswerAsync(200, Objects.ConfigMap("a", 1));
        await get;
        return exchange;
    }

    private ClusterEnvironment Environment(params (string Name, string Value)[] variables) => new()
    {
        Variable = name => variables.FirstOrDefault(variable => variable.Name == name).Value,
        ServiceAccountDirectory = _files["sa"],
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public void Dispose() => _files.Dispose();
}
