using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using YarpIngress.Kubernetes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.Tests.LocalCluster.Api;

/// <summary>Who may do what: ServiceAccounts with their tokens, Roles and bindings.</summary>
public sealed class AccessTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Binaries => Kubectl.Binaries;

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Kubectl_gives_rights_and_tokens_and_tells_what_they_are_good_for(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var space = await server.NamespaceAsync();
        await kubectl.RunAsync("-n", space, "create", "serviceaccount", "reader");
        await kubectl.RunAsync("-n", space, "create", "role", "maps", "--verb=get,list", "--resource=configmaps");
        await kubectl.RunAsync("-n", space, "create", "rolebinding", "maps", "--role=maps", $"--serviceaccount={space}:reader");
        // What "create token" asks for, which kubectl knows since 1.24.
        var made = await kubectl.RunWithInputAsync(
            """{"spec":{"expirationSeconds":1200}}""", "create", "--raw", $"/api/v1/namespaces/{space}/serviceaccounts/reader/token", "-f", "-");

        using var reader = WithToken(JsonNode.Parse(made)!["status"]!["token"]!.ToString());
        Assert.Equal(200, (await GetAsync(reader, $"/api/v1/namespaces/{space}/configmaps")).Code);
        var refused = (await GetAsync(reader, $"/api/v1/namespaces/{space}/secrets/a")).Is(403);
        Assert.Equal(
            $"secrets \"a\" is forbidden: User \"system:serviceaccount:{space}:reader\" cannot get resource \"secrets\" in API group \"\" "
            + $"in the namespace \"{space}\"",
            refused.Message);
        Assert.Equal("Forbidden", refused.Reason);

        var account = $"--as=system:serviceaccount:{space}:reader";
        Assert.Equal("yes\n", await kubectl.RunAsync("-n", space, "auth", "can-i", "list", "configmaps", account));
        var no = await kubectl.TryAsync("-n", space, "auth", "can-i", "delete", "configmaps", account);
        Assert.Equal((1, "no\n"), (no.ExitCode, no.Text));
        Assert.Equal("yes\n", await kubectl.RunAsync("auth", "can-i", "*", "*"));
        Assert.Matches(@"configmaps +\[\] +\[\] +\[get list\]", await kubectl.RunAsync("-n", space, "auth", "can-i", "--list", account));
        var forbidden = await kubectl.TryAsync("get", "ingresses", "--all-namespaces", account);
        Assert.Equal(
            $"Error from server (Forbidden): ingresses.networking.k8s.io is forbidden: User \"system:serviceaccount:{space}:reader\" cannot list "
            + "resource \"ingresses\" in API group \"networking.k8s.io\" at the cluster scope\n",
            forbidden.Error);
        await kubectl.RunAsync("-n", space, "delete", "serviceaccount", "reader");
        (await GetAsync(reader, $"/api/v1/namespaces/{space}/configmaps")).Is(401);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Binaries))]
    public async Task Kubectl_makes_tokens(string binary)
    {
        using var kubectl = new Kubectl(server.Kubeconfig, binary);
        var help = await kubectl.RunAsync("create", "token", "--help");
        Assert.SkipUnless(help.Contains("--duration", StringComparison.Ordinal), "kubectl makes tokens since 1.24");
        var space = await server.NamespaceAsync();
        await kubectl.RunAsync("-n", space, "create", "serviceaccount", "reader");
        using var reader = WithToken((await kubectl.RunAsync("-n", space, "create", "token", "reader", "--duration=20m")).Trim());
        (await GetAsync(reader, $"/api/v1/namespaces/{space}/configmaps")).Is(403);
    }

    [Fact]
    public async Task Named_objects_are_got_listed_and_watched_by_that_name_only()
    {
        var (space, client) = await AccountAsync("[get, list, watch]", "", "[configmaps]", "resourceNames: [one]");
        using var _ = client;
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("one"))).Is(201);
        var maps = $"/api/v1/namespaces/{space}/configmaps";
        (await GetAsync(client, $"{maps}/one")).Is(200);
        (await GetAsync(client, $"{maps}/two")).Is(403);
        (await GetAsync(client, $"{maps}?fieldSelector=metadata.name%3Done")).Is(200);
        (await GetAsync(client, $"{maps}?fieldSelector=metadata.name%3Done&watch=1&timeoutSeconds=1&resourceVersion=0")).Is(200);
        (await GetAsync(client, maps)).Is(403);
        (await GetAsync(client, "/api/v1/configmaps?fieldSelector=metadata.name%3Done")).Is(403);
    }

    [Fact]
    public async Task Subresources_and_what_an_apply_would_create_are_rights_of_their_own()
    {
        var (space, client) = await AccountAsync("[get, patch]", "networking.k8s.io", "[ingresses/status]");
        using var _ = client;
        (await server.PostAsync($"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", Manifests.Ingress("web"))).Is(201);
        var path = $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses/web";
        (await PatchAsync(client, $"{path}/status", """{"status":{"loadBalancer":{}}}""")).Is(200);
        Assert.Contains("cannot patch resource \"ingresses\" in", (await PatchAsync(client, path, "{}")).Is(403).Message);

        var (other, applier) = await AccountAsync("[get, patch]", "", "[configmaps]");
        using var __ = applier;
        var refused = await PatchAsync(
            applier, $"/api/v1/namespaces/{other}/configmaps/new?fieldManager=t", Manifests.ConfigMap("new"), "application/apply-patch+yaml");
        Assert.Contains("cannot create resource \"configmaps\"", refused.Is(403).Message);
        (await server.PostAsync($"/api/v1/namespaces/{other}/configmaps", Manifests.ConfigMap("new"))).Is(201);
        (await PatchAsync(
            applier, $"/api/v1/namespaces/{other}/configmaps/new?fieldManager=t&force=true", Manifests.ConfigMap("new"),
            "application/apply-patch+yaml")).Is(200);
    }

    [Fact]
    public async Task ClusterRoles_count_where_they_are_bound()
    {
        var (space, client) = await AccountAsync("[get]", "", "[pods]");
        using var _ = client;
        var elsewhere = await server.NamespaceAsync();
        await PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{elsewhere}/rolebindings", Binding("view", "ClusterRole", "view", space));
        (await GetAsync(client, $"/apis/networking.k8s.io/v1/namespaces/{elsewhere}/ingresses")).Is(200);
        (await GetAsync(client, $"/api/v1/namespaces/{elsewhere}/secrets")).Is(403);
        (await GetAsync(client, $"/api/v1/namespaces/{elsewhere}")).Is(200);
        (await GetAsync(client, $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses")).Is(403);
        (await GetAsync(client, "/apis/networking.k8s.io/v1/ingresses")).Is(403);
        await PostAsync("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", Binding($"all-{space}", "ClusterRole", "view", space));
        (await GetAsync(client, "/apis/networking.k8s.io/v1/ingresses")).Is(200);
        (await GetAsync(client, "/api/v1/nodes")).Is(403);
    }

    [Fact]
    public async Task Whoever_is_known_asks_what_is_served_and_what_one_may()
    {
        var (space, client) = await AccountAsync("[get]", "", "[pods]");
        using var _ = client;
        foreach (var path in (string[])["/api", "/apis", "/apis/apps/v1", "/openapi/v2", "/version"])
            (await GetAsync(client, path)).Is(200);
        Assert.Equal(
            $"forbidden: User \"{UserInfo.AccountName(space, "account")}\" cannot get path \"/metrics\"",
            (await GetAsync(client, "/metrics")).Is(403).Message);
        var me = await SendAsync(client, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}", "application/json");
        Assert.Equal(UserInfo.AccountName(space, "account"), me.Is(201).Json["status"]!["userInfo"]!["username"]!.ToString());
        var rules = await SendAsync(
            client, HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", $$$"""{"spec":{"namespace":"{{{space}}}"}}""",
            "application/json");
        Assert.Contains(
            rules.Is(201).Json["status"]!["resourceRules"]!.AsArray(), rule => rule!["resources"]!.ToJsonString() == """["pods"]""");
        // Nobody else's name is taken without the right to it.
        client.DefaultRequestHeaders.Add("Impersonate-User", "kubernetes-admin");
        Assert.Contains("cannot impersonate resource \"users\"", (await GetAsync(client, "/api")).Is(403).Message);
    }

    [Fact]
    public async Task Reviews_name_the_binding_and_a_role_that_is_not_there()
    {
        var (space, client) = await AccountAsync("[get]", "", "[pods]");
        client.Dispose();
        var allowed = await ReviewAsync(space, "get", "pods");
        Assert.Equal(
            $"RBAC: allowed by RoleBinding \"account/{space}\" of Role \"account\" to ServiceAccount \"account/{space}\"",
            allowed["reason"]!.ToString());
        await PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/rolebindings", Binding("gone", "Role", "gone", space));
        var denied = await ReviewAsync(space, "list", "pods");
        Assert.Equal((false, "RBAC: role.rbac.authorization.k8s.io \"gone\" not found"), ((bool)denied["allowed"]!, denied["reason"]!.ToString()));
    }

    [Fact]
    public async Task Tokens_end_are_for_one_audience_and_can_not_be_changed()
    {
        var space = await server.NamespaceAsync();
        var account = (await AccountAsync(space)).Json;
        var path = $"/api/v1/namespaces/{space}/serviceaccounts/account/token";
        var token = (await server.PostAsync(path, "{}")).Is(201).Json["status"]!["token"]!.ToString();
        Assert.Equal(UserInfo.AccountName(space, "account"), await OwnerAsync(token));
        Assert.Null(await OwnerAsync(token[..^6] + (token[^6] == 'A' ? "B" : "A") + token[^5..]));
        Assert.Null(await OwnerAsync("a.b.c"));
        var other = (await server.PostAsync(path, """{"spec":{"audiences":["vault"]}}""")).Is(201).Json["status"]!["token"]!.ToString();
        Assert.Null(await OwnerAsync(other));
        var accounts = new ServiceAccountTokens(server.Host.Certificates, server.Host.Operations.Store, TimeProvider.System);
        var stored = server.Host.Operations.Get(ResourceCatalog.ServiceAccounts, space, "account");
        Assert.Equal(account["metadata"]!["uid"]!.ToString(), stored.Uid);
        Assert.Null(accounts.Identify(accounts.Issue(stored, [ServiceAccountTokens.Issuer], DateTimeOffset.UtcNow.AddSeconds(-1))));
        Assert.Equal(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than "
            + "10 minutes",
            (await server.PostAsync(path, """{"spec":{"expirationSeconds":60}}""")).Is(422).Message);
        (await server.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts/nobody/token", "{}")).Is(404);
    }

    [Fact]
    public async Task A_pod_needs_its_service_account()
    {
        var space = await server.NamespaceAsync();
        var pod = """{"metadata":{"name":"p"},"spec":{"serviceAccountName":"nobody","containers":[{"name":"c","image":"i"}]}}""";
        var refused = (await server.PostAsync($"/api/v1/namespaces/{space}/pods", pod)).Is(403);
        Assert.Equal(
            $"pods \"p\" is forbidden: error looking up service account {space}/nobody: serviceaccount \"nobody\" not found", refused.Message);
    }

    private async Task<string?> OwnerAsync(string token)
    {
        var answer = await server.PostAsync(
            "/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject { ["spec"] = new JsonObject { ["token"] = token } }.ToJsonString());
        var status = answer.Is(201).Json["status"]!;
        return status["authenticated"] is null ? null : status["user"]!["username"]!.ToString();
    }

    private async Task<JsonNode> ReviewAsync(string space, string verb, string resource) => (await server.PostAsync(
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        $$$"""
        {"spec":{"user":"{{{UserInfo.AccountName(space, "account")}}}",
         "resourceAttributes":{"namespace":"{{{space}}}","verb":"{{{verb}}}","resource":"{{{resource}}}"} } }
        """)).Is(201).Json["status"]!;

    /// <summary>A ServiceAccount in a namespace of its own with one rule there, and a client with its token.</summary>
    private async Task<(string Namespace, HttpClient Client)> AccountAsync(string verbs, string group, string resources, string more = "")
    {
        var space = await server.NamespaceAsync();
        await AccountAsync(space);
        var rule = $"{{verbs: {verbs}, apiGroups: [\"{group}\"], resources: {resources}{(more.Length == 0 ? "" : $", {more}")}}}";
        await PostAsync(
            $"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/roles", $"metadata: {{name: account}}\nrules: [{rule}]");
        await PostAsync($"/apis/rbac.authorization.k8s.io/v1/namespaces/{space}/rolebindings", Binding("account", "Role", "account", space));
        var kubeconfig = server.Host.KubeconfigOf(new ObjectKey(space, "account"))!;
        return (space, WithToken(kubeconfig.Split("token: ")[1].Trim()));
    }

    private async Task<Answer> AccountAsync(string space) =>
        (await server.PostAsync($"/api/v1/namespaces/{space}/serviceaccounts", """{"metadata":{"name":"account"}}""")).Is(201);

    private static string Binding(string name, string kind, string role, string space) => $$"""
        metadata: {name: {{name}}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: {{kind}}, name: {{role}}}
        subjects: [{kind: ServiceAccount, name: account, namespace: {{space}}}]
        """;

    private async Task PostAsync(string path, string yaml) => (await server.PostAsync(path, yaml, "application/yaml")).Is(201);

    private HttpClient WithToken(string token)
    {
        var client = ApiServerFixture.Client(server.Host);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static Task<Answer> GetAsync(HttpClient client, string path) => SendAsync(client, HttpMethod.Get, path);

    private static Task<Answer> PatchAsync(HttpClient client, string path, string body, string type = "application/merge-patch+json") =>
        SendAsync(client, HttpMethod.Patch, path, body, type);

    private static async Task<Answer> SendAsync(
        HttpClient client, HttpMethod method, string path, string? body = null, string? type = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue(type!));
        using var response = await client.SendAsync(request, Cancel);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), null, []);
    }
}
