using System.Text.Json.Nodes;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiServiceTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task A_service_gets_an_address_of_its_own()
    {
        var services = await SpaceAsync();
        var a = (await server.PostAsync(services, Manifests.Service("a"))).Is(201).Json["spec"]!;
        var b = (await server.PostAsync(services, Manifests.Service("b"))).Is(201).Json["spec"]!;
        Assert.StartsWith("127.96.", a["clusterIP"]!.ToString());
        Assert.NotEqual(a["clusterIP"]!.ToString(), b["clusterIP"]!.ToString());
        Assert.Equal(a["clusterIP"]!.ToString(), a["clusterIPs"]![0]!.ToString());
        Assert.Equal("SingleStack", a["ipFamilyPolicy"]!.ToString());
        Assert.Equal("""["IPv4"]""", a["ipFamilies"]!.ToJsonString());
    }

    [Fact]
    public async Task An_address_is_given_once_and_from_the_range()
    {
        var services = await SpaceAsync();
        (await server.PostAsync(services, Manifests.Service("a", """{"clusterIP":"127.96.7.7","ports":[{"port":80}]}"""))).Is(201);
        Assert.Equal(
            "Service \"b\" is invalid: spec.clusterIPs: Invalid value: []string{\"127.96.7.7\"}: failed to allocate IP 127.96.7.7: "
            + "provided IP is already allocated",
            (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"127.96.7.7","ports":[{"port":80}]}"""))).Is(422).Message);
        Assert.Contains(
            "not in the valid range. The range of valid IPs is 127.96.0.0/16",
            (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"10.1.2.3","ports":[{"port":80}]}"""))).Is(422).Message);
        (await server.DeleteAsync($"{services}/a")).Is(200);
        (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"127.96.7.7","ports":[{"port":80}]}"""))).Is(201);
    }

    [Fact]
    public async Task A_Service_may_choose_any_loopback_address()
    {
        var services = $"/api/v1/namespaces/{await server.NamespaceAsync()}/services";
        (await server.PostAsync(services, Manifests.Service("a", """{"clusterIP":"127.200.3.4","ports":[{"port":80}]}"""))).Is(201);
        Assert.EndsWith(
            "provided IP is already allocated",
            (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"127.200.3.4","ports":[{"port":80}]}"""))).Is(422).Message);
        // Ends of the range stay out, as upstream.
        (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"127.96.0.0","ports":[{"port":80}]}"""))).Is(422);
        (await server.DeleteAsync($"{services}/a")).Is(200);
        (await server.PostAsync(services, Manifests.Service("b", """{"clusterIP":"127.200.3.4","ports":[{"port":80}]}"""))).Is(201);
    }

    [Fact]
    public async Task A_node_port_is_given_once_and_from_the_range()
    {
        var services = await SpaceAsync();
        var port = await FreeNodePortAsync(services);
        (await server.PostAsync(services, NodePort("a", port))).Is(201);
        Assert.Equal(
            $"Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: {port}: provided port is already allocated",
            (await server.PostAsync(services, NodePort("b", port))).Is(422).Message);
        Assert.Equal(
            "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range "
            + "of valid ports is 30000-32767",
            (await server.PostAsync(services, NodePort("b", 80))).Is(422).Message);
        var picked = (await server.PostAsync(services, Manifests.Service("c", """{"type":"NodePort","ports":[{"port":80}]}"""))).Is(201).Json;
        Assert.InRange((int)picked["spec"]!["ports"]![0]!["nodePort"]!, 30_000, 32_767);

        // A type without node ports gives them back.
        var plain = (await server.MergeAsync($"{services}/a", """{"spec":{"type":"ClusterIP"}}""")).Is(200).Json;
        Assert.Null(plain["spec"]!["ports"]![0]!["nodePort"]);
        (await server.PostAsync(services, NodePort("b", port))).Is(201);
    }

    [Fact]
    public async Task What_an_update_leaves_out_stays_and_the_address_never_changes()
    {
        var services = await SpaceAsync();
        var created = (await server.PostAsync(services, Manifests.Service("a", """{"type":"NodePort","ports":[{"port":80}]}"""))).Is(201).Json;
        var again = (await server.PutAsync($"{services}/a", JsonNode.Parse(Manifests.Service("a", """{"type":"NodePort","ports":[{"port":80}],"selector":{"a":"b"}}"""))!)).Is(200).Json;
        Assert.Equal(created["spec"]!["clusterIP"]!.ToString(), again["spec"]!["clusterIP"]!.ToString());
        Assert.Equal((int)created["spec"]!["ports"]![0]!["nodePort"]!, (int)again["spec"]!["ports"]![0]!["nodePort"]!);
        Assert.Contains(
            "may not change once set",
            (await server.MergeAsync($"{services}/a", """{"spec":{"clusterIP":"127.96.1.1","clusterIPs":["127.96.1.1"]}}""")).Is(422).Message);
    }

    [Fact]
    public async Task A_dry_run_or_a_refused_write_holds_nothing()
    {
        var services = await SpaceAsync();
        var port = await FreeNodePortAsync(services);
        (await server.PostAsync($"{services}?dryRun=All", NodePort("a", port))).Is(201);
        (await server.PostAsync(services, NodePort("Not a name", port))).Is(422);
        (await server.PostAsync(services, NodePort("a", port))).Is(201);
    }

    private static string NodePort(string name, int port) =>
        Manifests.Service(name, $$"""{"type":"NodePort","ports":[{"port":80,"nodePort":{{port}} }]}""");

    /// <summary>A node port that the server gave and got back: the next ones that it gives are others.</summary>
    private async Task<int> FreeNodePortAsync(string services)
    {
        var made = (await server.PostAsync(services, Manifests.Service("free", """{"type":"NodePort","ports":[{"port":80}]}"""))).Is(201).Json;
        (await server.DeleteAsync($"{services}/free")).Is(200);
        return (int)made["spec"]!["ports"]![0]!["nodePort"]!;
    }

    private async Task<string> SpaceAsync() => $"/api/v1/namespaces/{await server.NamespaceAsync()}/services";
}
