using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Patches;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Patches;

public class ServerSideApplyTests
{
    private const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private static readonly KindSchema Ingress = Documents.Schema("Ingress");
    private static readonly KindSchema Deployment = Documents.Schema("Deployment");

    [Fact]
    public void Create_owns_what_it_names()
    {
        var created = Apply(null, """{"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"ingressClassName":"c","rules":[{"host":"h"}]}}""", "me");
        Documents.AssertSame(
            JsonNode.Parse("""
            [{"manager":"me","operation":"Apply","apiVersion":"networking.k8s.io/v1","time":"2026-01-02T03:04:05Z","fieldsType":"FieldsV1",
              "fieldsV1":{"f:metadata":{"f:labels":{"f:x":{}}},"f:spec":{"f:ingressClassName":{},"f:rules":{}}}}]
            """),
            created["metadata"]!["managedFields"]);
    }

    [Fact]
    public void Applying_the_same_again_keeps_the_time()
    {
        const string Text = """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""";
        var created = Apply(null, Text, "me");
        Documents.AssertSame(created, Apply(created, Text, "me", now: Now.AddHours(1)));
    }

    [Fact]
    public void What_is_no_longer_named_goes()
    {
        var created = Apply(null, """{"metadata":{"name":"a","labels":{"x":"1","y":"2"}},"spec":{"ingressClassName":"c","rules":[{"host":"h"}]}}""", "me");
        var applied = Apply(created, """{"metadata":{"name":"a","labels":{"y":"2"}},"spec":{"rules":[{"host":"h"}]}}""", "me");
        Assert.Null(applied["spec"]!["ingressClassName"]);
        Documents.AssertSame(Documents.Json("""{"y":"2"}"""), applied["metadata"]!["labels"]);
    }

    [Fact]
    public void What_others_own_stays()
    {
        var created = Apply(null, """{"metadata":{"name":"a","labels":{"x":"1"}},"spec":{"ingressClassName":"c"}}""", "me");
        created = Apply(created, """{"metadata":{"name":"a","labels":{"x":"1"}}}""", "you");
        var applied = Apply(created, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""", "me");
        Assert.Equal("1", applied["metadata"]!["labels"]!["x"]!.GetValue<string>());
    }

    [Fact]
    public void One_conflict_reads_as_upstream()
    {
        var live = Updated(null, """{"metadata":{"name":"a"},"spec":{"rules":[{"host":"h"}]}}""", "kubectl-client-side-apply");
        var conflict = Assert.Throws<ApplyConflictException>(() => Apply(live, """{"metadata":{"name":"a"},"spec":{"rules":[{"host":"other"}]}}""", "me"));
        Assert.Equal(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using networking.k8s.io/v1: .spec.rules",
            conflict.Message);
        var only = Assert.Single(conflict.Conflicts);
        Assert.Equal(("conflict with \"kubectl-client-side-apply\" using networking.k8s.io/v1", ".spec.rules"), (only.Message, only.Field));
    }

    [Fact]
    public void Several_conflicts_are_grouped_by_manager()
    {
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"web","image":"a"}]}}}}""", "one", Deployment);
        live = Apply(live, """{"metadata":{"name":"a","labels":{"x":"1"}}}""", "two", Deployment);
        var conflict = Assert.Throws<ApplyConflictException>(() => Apply(
            live,
            """{"metadata":{"name":"a","labels":{"x":"2"}},"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"web","image":"b"}]}}}}""",
            "me",
            Deployment));
        Assert.Equal(
            "Apply failed with 3 conflicts: conflicts with \"one\":\n- .spec.replicas\n- "
            + ".spec.template.spec.containers[name=\"web\"].image\n"
                + "conflicts with \"two\":\n- .metadata.labels.x",
            conflict.Message);
    }

    [Fact]
    public void Force_takes_the_field()
    {
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""", "one");
        var applied = Apply(live, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"d"}}""", "two", force: true);
        Assert.Equal("d", applied["spec"]!["ingressClassName"]!.GetValue<string>());
        Assert.Equal("two", Assert.Single(applied["metadata"]!["managedFields"]!.AsArray())!["manager"]!.GetValue<string>());
    }

    [Fact]
    public void The_same_value_is_shared()
    {
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""", "one");
        var applied = Apply(live, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""", "two");
        Assert.Equal(["one", "two"], applied["metadata"]!["managedFields"]!.AsArray().Select(e => e!["manager"]!.GetValue<string>()));
    }

    [Fact]
    public void List_items_merge_by_key_and_go_with_their_defaults()
    {
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"x","image":"1"},{"name":"y","image":"1"}]}}}}""", "me", Deployment);
        Defaulting.Apply(Deployment, live);
        live = Apply(live, """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"z","image":"1"}]}}}}""", "you", Deployment);
        var applied = Apply(live, """{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"y","image":"2"}]}}}}""", "me", Deployment);
        var containers = applied["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Equal(["y", "z"], containers.Select(c => c!["name"]!.GetValue<string>()));
        Assert.Equal("Always", containers[0]!["imagePullPolicy"]!.GetValue<string>());
    }

    [Fact]
    public void Defaults_are_no_conflict()
    {
        const string Text = """
            {"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"x","resources":{"limits":{"cpu":1}},
              "env":[{"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}
            """;
        var live = Typed(Text, Deployment);
        Defaulting.Apply(Deployment, live);
        ManagedFields.Update(null, live, "kubectl-client-side-apply", "apps/v1", null, Deployment, Now);
        var applied = Apply(live, Text, "me", Deployment);
        Documents.AssertSame(live["spec"], applied["spec"]);
        Assert.Equal(2, applied["metadata"]!["managedFields"]!.AsArray().Count);
    }

    [Fact]
    public void Keys_take_their_default_when_absent()
    {
        var service = Documents.Schema("Service");
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}}""", "me", service);
        Assert.NotNull(live["metadata"]!["managedFields"]![0]!["fieldsV1"]!["f:spec"]!["f:ports"]!["""k:{"port":80,"protocol":"TCP"}"""]);
        Defaulting.Apply(service, live);
        var applied = Apply(live, """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":8080}]}}""", "me", service);
        Assert.Equal(8080, Assert.Single(applied["spec"]!["ports"]!.AsArray())!["targetPort"]!.GetValue<int>());
    }

    [Fact]
    public void Status_is_its_own_world()
    {
        var live = Apply(null, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"},"status":{"loadBalancer":{}}}""", "me");
        Assert.Null(live["metadata"]!["managedFields"]![0]!["fieldsV1"]!["f:status"]);
        var applied = Apply(live, """{"metadata":{"name":"a"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}}""", "me", subresource: "status");
        var entries = applied["metadata"]!["managedFields"]!.AsArray();
        Assert.Equal([null, "status"], entries.Select(e => e!["subresource"]?.GetValue<string>()));
        Assert.Equal("c", applied["spec"]!["ingressClassName"]!.GetValue<string>());
    }

    [Fact]
    public void Objects_that_nobody_tracked_belong_to_before_first_apply()
    {
        var live = Documents.Json("""{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""");
        var conflict = Assert.Throws<ApplyConflictException>(() => Apply(live, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"d"}}""", "me"));
        Assert.Contains("\"before-first-apply\" using networking.k8s.io/v1", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_side_apply_moves_to_kubectl_without_conflict()
    {
        const string Configuration = """{"metadata":{"name":"a"},"spec":{"ingressClassName":"c"}}""";
        var live = Documents.Json(Configuration);
        live["metadata"]!["annotations"] = new JsonObject { [LastAppliedAnnotation] = Configuration };
        live = Updated(null, live.ToJsonString(), "kubectl-client-side-apply");
        var applied = Apply(live, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"d"}}""", "kubectl");
        Assert.Equal("d", applied["spec"]!["ingressClassName"]!.GetValue<string>());
        Assert.Contains("\"d\"", applied["metadata"]!["annotations"]![LastAppliedAnnotation]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Throws<ApplyConflictException>(() => Apply(live, """{"metadata":{"name":"a"},"spec":{"ingressClassName":"d"}}""", "other"));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"nothing":1}}""", ".spec.nothing: field not declared in schema")]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}""", "associative list with keys has an element that omits key field \"name\"")]
    [InlineData("""{"metadata":{"name":"a"},"spec":{"template":{"spec":{"containers":[{"name":"x"},{"name":"x"}]}}}}""", ".spec.template.spec.containers: duplicate entries for key [name=\"x\"]")]
    public void Refuses(string applied, string error)
    {
        var thrown = Assert.Throws<PatchException>(() => Apply(null, applied, "me", Deployment));
        Assert.StartsWith("failed to create typed patch object (/a; apps/v1, Kind=Deployment): ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(error, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_may_not_name_managers() => Assert.Equal(
        "metadata.managedFields must be nil",
        Assert.Throws<PatchException>(() => Apply(null, """{"metadata":{"name":"a","managedFields":[{"manager":"x"}]}}""", "me")).Message);

    private static JsonObject Apply(
        JsonObject? live, string applied, string manager, KindSchema? schema =
            null, bool force = false, string? subresource = null, DateTime? now = null)
    {
        schema ??= Ingress;
        var before = live?.DeepClone();
        var result = ServerSideApply.Apply(
            live, Typed(applied, schema), manager, force, schema, schema.ApiVersion, subresource, now ?? Now);
        Documents.AssertSame(before, live);
        return result;
    }

    private static JsonObject Updated(JsonObject? before, string after, string manager)
    {
        var value = Typed(after, Ingress);
        ManagedFields.Update(before, value, manager, Ingress.ApiVersion, null, Ingress, Now);
        return value;
    }

    private static JsonObject Typed(string text, KindSchema schema)
    {
        var value = Documents.Json(text);
        value["apiVersion"] = schema.ApiVersion;
        value["kind"] = schema.Kind;
        return value;
    }
}
