using System.Net;
using System.Net.Http.Headers;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiServerTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    [Fact]
    public async Task Strangers_see_only_health_and_version()
    {
        using var stranger = ApiServerFixture.Client(server.Host);
        var cancel = TestContext.Current.CancellationToken;
        foreach (var path in (string[])["/livez", "/readyz", "/healthz", "/version"])
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(path, cancel)).StatusCode);
        var refused = await stranger.GetAsync("/api/v1/namespaces", cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("\"reason\":\"Unauthorized\"", await refused.Content.ReadAsStringAsync(cancel));
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/api", cancel)).StatusCode);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task The_client_certificate_is_enough(string version)
    {
        using var client = ApiServerFixture.Client(server.Host, withCertificate: true);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
    }

    [Fact]
    public void The_kubeconfig_is_for_its_owner_alone()
    {
        Assert.Equal(server.Host.Kubeconfig, File.ReadAllText(server.Kubeconfig));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.Kubeconfig));
    }

    [Fact]
    public async Task Discovery_tells_what_is_served()
    {
        Assert.StartsWith("v1.32.", (await server.GetAsync("/version")).Json["gitVersion"]!.ToString());
        Assert.Equal("v1", (await server.GetAsync("/api")).Json["versions"]![0]!.ToString());
        var groups = (await server.GetAsync("/apis")).Json["groups"]!.AsArray().Select(g => g!["name"]!.ToString());
        Assert.Contains("networking.k8s.io", groups);
        var apps = (await server.GetAsync("/apis/apps/v1")).Json["resources"]!.AsArray();
        Assert.Equal(
            [
                "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status",
                "replicasets", "replicasets/scale", "replicasets/status",
            ],
            apps.Select(r => r!["name"]!.ToString()));
        Assert.Equal("deploy", apps[3]!["shortNames"]![0]!.ToString());
        (await server.GetAsync("/apis/unknown.example.com/v1")).Is(404);
    }

    [Fact]
    public async Task Aggregated_discovery_is_one_answer()
    {
        var answer = (await server.GetAsync("/apis", Aggregated)).Is(200);
        Assert.Equal(
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            answer.ContentType?.Replace(" ", "", StringComparison.Ordinal));
        var networking = answer.Json["items"]!.AsArray().Single(i => i!["metadata"]!["name"]!.ToString() == "networking.k8s.io")!;
        var ingresses = networking["versions"]![0]!["resources"]!.AsArray().Single(r => r!["resource"]!.ToString() == "ingresses")!;
        Assert.Equal("Namespaced", ingresses["scope"]!.ToString());
        Assert.Equal("status", ingresses["subresources"]![0]!["subresource"]!.ToString());
    }

    [Theory]
    [InlineData("/openapi/v2", "application/json", "application/json")]
    [InlineData("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")]
    [InlineData("/openapi/v3", "application/json", "application/json")]
    [InlineData("/openapi/v3/apis/networking.k8s.io/v1", "application/json", "application/json")]
    public async Task Documents_come_with_a_tag_that_saves_sending_them_again(string path, string accept, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.ToString());

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.TryAddWithoutValidation("Accept", accept);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await server.Http.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task What_is_not_served_is_refused_as_upstream_does()
    {
        var unknown = (await server.GetAsync("/apis/networking.k8s.io/v1/ipaddresses")).Is(404);
        Assert.Equal("the server could not find the requested resource", unknown.Message);
        Assert.Equal("404 page not found\n", (await server.GetAsync("/nonsense")).Is(404).Text);
        Assert.Equal("MethodNotAllowed", (await server.PostAsync("/api/v1/configmaps", Manifests.ConfigMap("a"))).Is(405).Reason);
        Assert.Equal(
            "UnsupportedMediaType", (await server.PostAsync("/api/v1/namespaces/default/configmaps", "x", "text/plain")).Is(415).Reason);
        Assert.Equal("NotAcceptable", (await server.GetAsync("/api/v1/namespaces", "text/html")).Is(406).Reason);
        (await server.GetAsync("/api/v1/namespaces", "application/vnd.kubernetes.protobuf")).Is(406);
        Assert.Equal(
            "application/json", (await server.GetAsync("/api/v1/namespaces", "application/vnd.kubernetes.protobuf,application/json"))
                .Is(200).ContentType);
    }

    [Fact]
    public async Task Reviews_allow_the_administrator_everything()
    {
        var access = (await server.PostAsync(
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""")).Is(201);
        Assert.True((bool)access.Json["status"]!["allowed"]!);
        var who = (await server.PostAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")).Is(201);
        Assert.Equal("kubernetes-admin", who.Json["status"]!["userInfo"]!["username"]!.ToString());
    }

    [Fact]
    public async Task Events_show_in_both_groups()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync(
            $"/api/v1/namespaces/{space}/events",
            $$"""{"metadata":{"name":"e"},"involvedObject":{"kind":"Ingress","name":"web","namespace":"{{space}}"},"reason":"Sync","message":"done","type":"Normal","count":3}""")).Is(201);
        var view = (await server.GetAsync($"/apis/events.k8s.io/v1/namespaces/{space}/events/e")).Is(200).Json;
        Assert.Equal("events.k8s.io/v1", view["apiVersion"]!.ToString());
        Assert.Equal("web", view["regarding"]!["name"]!.ToString());
        Assert.Equal("done", view["note"]!.ToString());
        Assert.Equal(3, (int)view["deprecatedCount"]!);
        var list = (await server.GetAsync($"/apis/events.k8s.io/v1/events?fieldSelector=regarding.name%3Dweb,regarding.namespace%3D{space}")).Is(200).Json;
        Assert.Single(list["items"]!.AsArray());
    }
}
