using System.Text.RegularExpressions;

namespace YarpIngress.Tests.LocalCluster.Api;

public sealed class ApiCreateTests(ApiServerFixture server) : IClassFixture<ApiServerFixture>
{
    [Fact]
    public async Task The_server_sets_its_own_fields()
    {
        var space = await server.NamespaceAsync();
        var created = (
            await server.PostAsync($"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", Manifests.Ingress("web"))).Is(201).Json;

        var metadata = created["metadata"]!;
        Assert.Equal(space, metadata["namespace"]!.ToString());
        Assert.True(Guid.TryParse(metadata["uid"]!.ToString(), out _));
        Assert.Matches("^[0-9]+$", metadata["resourceVersion"]!.ToString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", metadata["creationTimestamp"]!.ToString());
        Assert.Equal(1, (int)metadata["generation"]!);
        Assert.Equal("""{"loadBalancer":{}}""", created["status"]!.ToJsonString());

        var read = (await server.GetAsync($"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses/web")).Is(200);
        Assert.Equal(created.ToJsonString(), read.Json.ToJsonString());
    }

    [Fact]
    public async Task A_generated_name_has_five_characters_of_upstreams_alphabet()
    {
        var space = await server.NamespaceAsync();
        var created = (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", """{"metadata":{"generateName":"made-"}}""")).Is(201);
        Assert.Matches(new Regex("^made-[bcdfghjklmnpqrstvwxz2456789]{5}$"), created.Json["metadata"]!["name"]!.ToString());
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(201);
        var again = (await server.PostAsync($"/api/v1/namespaces/{space}/configmaps", Manifests.ConfigMap("a"))).Is(409);
        Assert.Equal("AlreadyExists", again.Reason);
        Assert.Equal("configmaps \"a\" already exists", again.Message);
        Assert.Equal("configmaps", again.Json["details"]!["kind"]!.ToString());
    }

    [Fact]
    public async Task The_namespace_must_exist()
    {
        var refused = (await server.PostAsync("/api/v1/namespaces/nowhere/configmaps", Manifests.ConfigMap("a"))).Is(404);
        Assert.Equal("namespaces \"nowhere\" not found", refused.Message);
    }

    [Fact]
    public async Task What_the_path_and_the_body_say_must_agree()
    {
        var space = await server.NamespaceAsync();
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        Assert.Equal(
            "the namespace of the provided object does not match the namespace sent on the request",
            (await server.PostAsync(configMaps, """{"metadata":{"name":"a","namespace":"other"}}""")).Is(400).Message);
        Assert.StartsWith(
            "Service in version \"v1\" cannot be handled as a ConfigMap: ",
            (await server.PostAsync(configMaps, Manifests.Service("a"))).Is(400).Message);
        Assert.Equal(
            "resourceVersion should not be set on objects to be created",
            (await server.PostAsync(configMaps, """{"metadata":{"name":"a","resourceVersion":"1"}}""")).Is(500).Message);
    }

    [Fact]
    public async Task Broken_rules_are_told_field_by_field()
    {
        var space = await server.NamespaceAsync();
        var refused = (await server.PostAsync(
            $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses", Manifests.Ingress("web", "not a host"))).Is(422);
        Assert.Equal("Invalid", refused.Reason);
        Assert.StartsWith("Ingress.networking.k8s.io \"web\" is invalid: ", refused.Message);
        var cause = refused.Json["details"]!["causes"]!.AsArray().First(c => c!["field"]!.ToString() == "spec.rules[0].host")!;
        Assert.Equal("FieldValueInvalid", cause["reason"]!.ToString());
        Assert.StartsWith("Invalid value: \"not a host\": ", cause["message"]!.ToString());
    }

    [Fact]
    public async Task A_dry_run_answers_and_stores_nothing()
    {
        var space = await server.NamespaceAsync();
        var configMaps = $"/api/v1/namespaces/{space}/configmaps";
        var created = (await server.PostAsync($"{configMaps}?dryRun=All", Manifests.ConfigMap("a"))).Is(201);
        Assert.NotNull(created.Json["metadata"]!["uid"]);
        Assert.Null(created.Json["metadata"]!["resourceVersion"]);
        (await server.GetAsync($"{configMaps}/a")).Is(404);
    }

    [Fact]
    public async Task Unknown_and_duplicate_fields_are_refused_warned_about_or_ignored()
    {
        var space = await server.NamespaceAsync();
        var services = $"/api/v1/namespaces/{space}/services";
        const string body = """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"prot":1}],"type":"ClusterIP","type":"ClusterIP"}}""";
        var strict = (await server.PostAsync($"{services}?fieldValidation=Strict", body)).Is(400);
        Assert.Equal(
            "Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown field \"spec.ports[0].prot\", "
            + "duplicate field \"spec.type\"",
            strict.Message);
        var warned = (await server.PostAsync($"{services}?fieldValidation=Warn&dryRun=All", body)).Is(201);
        Assert.Equal(
            ["299 - \"unknown field \\\"spec.ports[0].prot\\\"\"", "299 - \"duplicate field \\\"spec.type\\\"\""], warned.Warnings);
        Assert.Null(warned.Json["spec"]!["ports"]![0]!["prot"]);
        Assert.Empty((await server.PostAsync($"{services}?fieldValidation=Ignore", body)).Is(201).Warnings);
    }

    [Fact]
    public async Task Yaml_bodies_are_read_and_answers_can_be_yaml()
    {
        var space = await server.NamespaceAsync();
        var created = (await server.PostAsync(
            $"/api/v1/namespaces/{space}/configmaps", "metadata:\n  name: from-yaml\ndata:\n  key: \"yes\"\n", "application/yaml")).Is(201);
        Assert.Equal("yes", created.Json["data"]!["key"]!.ToString());
        var yaml = (await server.GetAsync($"/api/v1/namespaces/{space}/configmaps/from-yaml", "application/yaml")).Is(200);
        Assert.Equal("application/yaml", yaml.ContentType);
        Assert.Contains("\ndata:\n  key: \"yes\"\n", yaml.Text);
    }

    [Fact]
    public async Task Protobuf_bodies_are_read()
    {
        var space = await server.NamespaceAsync();
        // k8s\0, then runtime.Unknown: typeMeta (v1, ConfigMap) and a ConfigMap with metadata.name "pb" and data key=value.
        byte[] metadata = [0x0a, 2, .. "pb"u8];
        byte[] data = [0x0a, 3, .. "key"u8, 0x12, 5, .. "value"u8];
        byte[] raw = [0x0a, (byte)metadata.Length, .. metadata, 0x12, (byte)data.Length, .. data];
        byte[] type = [0x0a, 2, .. "v1"u8, 0x12, 9, .. "ConfigMap"u8];
        byte[] body = [.. "k8s\0"u8, 0x0a, (byte)type.Length, .. type, 0x12, (byte)raw.Length, .. raw];
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/vnd.kubernetes.protobuf");
        using var response = await server.Http.PostAsync(
            $"/api/v1/namespaces/{space}/configmaps", content, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal(
            "value", (await server.GetAsync($"/api/v1/namespaces/{space}/configmaps/pb")).Is(200).Json["data"]!["key"]!.ToString());
    }

    [Fact]
    public async Task Secrets_keep_string_data_encoded()
    {
        var space = await server.NamespaceAsync();
        var created = (await server.PostAsync(
            $"/api/v1/namespaces/{space}/secrets", """{"metadata":{"name":"s"},"stringData":{"a":"b"}}""")).Is(201).Json;
        Assert.Equal("Yg==", created["data"]!["a"]!.ToString());
        Assert.Null(created["stringData"]);
        Assert.Equal("Opaque", created["type"]!.ToString());
    }

    [Fact]
    public async Task An_ingress_without_a_class_gets_the_default_class()
    {
        var space = await server.NamespaceAsync();
        (await server.PostAsync(
            "/apis/networking.k8s.io/v1/ingressclasses",
            """{"metadata":{"name":"standard","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"example.com/x"}}""")).Is(201);
        var created = (await server.PostAsync(
            $"/apis/networking.k8s.io/v1/namespaces/{space}/ingresses",
            """{"metadata":{"name":"web"},"spec":{"defaultBackend":{"service":{"name":"web","port":{"number":80}}}}}""")).Is(201);
        Assert.Equal("standard", created.Json["spec"]!["ingressClassName"]!.ToString());
        (await server.DeleteAsync("/apis/networking.k8s.io/v1/ingressclasses/standard")).Is(200);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        var refused = (await server.PostAsync("/api/v1/namespaces/default/configmaps", new string(' ', (3 << 20) + 1))).Is(413);
        Assert.Equal("RequestEntityTooLarge", refused.Reason);
        Assert.Equal("Request entity too large: limit is 3145728", refused.Message);
    }
}
