using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiTableTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    private const string Table =
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    [Theory]
    [InlineData("networking.k8s.io/v1/ingresses", "Name Class Hosts Address Ports Age", "")]
    [InlineData("networking.k8s.io/v1/ingressclasses", "Name Controller Parameters Age", "")]
    [InlineData("v1/services", "Name Type Cluster-IP External-IP Port(s) Age", "Selector")]
    [InlineData("v1/pods", "Name Ready Status Restarts Age", "IP Node Nominated_Node Readiness_Gates")]
    [InlineData("apps/v1/deployments", "Name Ready Up-to-date Available Age", "Containers Images Selector")]
    [InlineData("apps/v1/replicasets", "Name Desired Current Ready Age", "Containers Images Selector")]
    [InlineData("v1/endpoints", "Name Endpoints Age", "")]
    [InlineData("discovery.k8s.io/v1/endpointslices", "Name AddressType Ports Endpoints Age", "")]
    [InlineData("v1/secrets", "Name Type Data Age", "")]
    [InlineData("v1/configmaps", "Name Data Age", "")]
    [InlineData("v1/namespaces", "Name Status Age", "")]
    [InlineData("v1/nodes", "Name Status Roles Age Version", "Internal-IP External-IP OS-Image Kernel-Version Container-Runtime")]
    [InlineData("coordination.k8s.io/v1/leases", "Name Holder Age", "")]
    [InlineData("v1/events", "Last_Seen Type Reason Object Message", "Subobject Source First_Seen Count Name")]
    [InlineData("v1/serviceaccounts", "Name Secrets Age", "")]
    [InlineData("rbac.authorization.k8s.io/v1/roles", "Name Created_At", "")]
    [InlineData("rbac.authorization.k8s.io/v1/rolebindings", "Name Role Age", "Users Groups ServiceAccounts")]
    public async Task Columns_are_upstreams(string resource, string columns, string wide)
    {
        var table = (await server.GetAsync((resource.Contains('.') || resource.StartsWith("apps", StringComparison.Ordinal) ? "/apis/" : "/api/") + resource, Table)).Is(200).Json;
        Assert.Equal("Table", table["kind"]!.ToString());
        var definitions = table["columnDefinitions"]!.AsArray();
        Assert.Equal(columns, Join(definitions.Where(c => (int)c!["priority"]! == 0)));
        Assert.Equal(wide, Join(definitions.Where(c => (int)c!["priority"]! == 1)));

        static string Join(IEnumerable<JsonNode?> of) => string.Join(' ', of.Select(c => c!["name"]!.ToString().Replace(' ', '_')));
    }

    [Fact]
    public async Task Cells_of_ingresses_services_and_endpoint_slices()
    {
        var space = await server.NamespaceAsync();
        var ingresses = $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses";
        (await server.PostAsync(ingresses, Manifests.Ingress("web"))).Is(201);
        (await server.MergeAsync($"{ingresses}/web/status", """{"status":{"loadBalancer":{"ingress":[{"ip":"10.0.0.1"},{"hostname":"lb.example.com"}]}}}""")).Is(200);
        Assert.Equal("web|yarp|a.example.com|10.0.0.1,lb.example.com|80, 443", await RowAsync($"{ingresses}/web", 5));
        (await server.PostAsync(ingresses, """
            {"metadata":{"name":"many"},"spec":{"rules":[{"host":"a.example.com"},{"host":"b.example.com"},{"host":"c.example.com"},{"host":"d.example.com"}]}}
            """)).Is(201);
        Assert.Equal("many|<none>|a.example.com,b.example.com,c.example.com + 1 more...||80", await RowAsync($"{ingresses}/many", 5));

        var services = $"/api/v1/namespaces/{space}/services";
        (await server.PostAsync(services, Manifests.Service("headless", """{"clusterIP":"None","ports":[{"port":80,"name":"a"},{"port":53,"protocol":"UDP","name":"b"}]}"""))).Is(201);
        Assert.Equal("headless|ClusterIP|None|<none>|80/TCP,53/UDP", await RowAsync($"{services}/headless", 5));
        (await server.PostAsync(services, Manifests.Service("out", """{"type":"ExternalName","externalName":"example.com"}"""))).Is(201);
        Assert.Equal("out|ExternalName|<none>|example.com|<none>", await RowAsync($"{services}/out", 5));
        (await server.PostAsync(services, Manifests.Service("lb", """{"type":"LoadBalancer","clusterIP":"127.96.200.1","ports":[{"port":80,"nodePort":31999}]}"""))).Is(201);
        Assert.Equal("lb|LoadBalancer|127.96.200.1|<pending>|80:31999/TCP", await RowAsync($"{services}/lb", 5));

        var slices = $"/apis/discovery.k8s.io/v1/namespaces/{space}/endpointslices";
        (await server.PostAsync(slices, """
            {"metadata":{"name":"s"},"addressType":"IPv4","ports":[{"name":"http","port":8080}],
             "endpoints":[{"addresses":["10.0.0.1"]},{"addresses":["10.0.0.2"]},{"addresses":["10.0.0.3"]},{"addresses":["10.0.0.4"]}]}
            """)).Is(201);
        Assert.Equal("s|IPv4|8080|10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...", await RowAsync($"{slices}/s", 4));
    }

    [Fact]
    public async Task Bare_metadata_can_be_asked_for()
    {
        var list = (
            await server.GetAsync("/api/v1/namespaces", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io")).Is(200).Json;
        Assert.Equal("PartialObjectMetadataList", list["kind"]!.ToString());
        Assert.All(list["items"]!.AsArray(), i => Assert.Null(i!["spec"]));
        var one = (await server.GetAsync("/api/v1/namespaces/default", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"))
            .Is(200).Json;
        Assert.Equal("PartialObjectMetadata", one["kind"]!.ToString());
        Assert.Equal("default", one["metadata"]!["name"]!.ToString());
    }

    private async Task<string> RowAsync(string path, int cells)
    {
        var table = (await server.GetAsync(path, Table)).Is(200).Json;
        return string.Join('|', table["rows"]![0]!["cells"]!.AsArray().Take(cells).Select(c => c!.ToString()));
    }
}
