using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Patches;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Patches;

public class ManagedFieldsTests
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private static readonly KindSchema Deployment = Documents.Schema("Deployment");

    // What a real API server writes for a Deployment that kubectl creates.
    [Fact]
    public void Create_writes_the_fields_of_a_real_deployment()
    {
        var value = Documents.Json("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default","labels":{"app":"web"}},
             "spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
               "spec":{"containers":[{"name":"nginx","image":"nginx","ports":[{"containerPort":80}]}]}}}}
            """);
        Defaulting.Apply(Deployment, value);
        ManagedFields.Update(null, value, "kubectl-create", "apps/v1", null, Deployment, Now);
        Documents.AssertSame(
            JsonNode.Parse("""
            [{"manager":"kubectl-create","operation":"Update","apiVersion":"apps/v1","time":"2026-01-02T03:04:05Z","fieldsType":"FieldsV1","fieldsV1":{
              "f:metadata":{"f:labels":{".":{},"f:app":{}}},
              "f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},
                "f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},
                "f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},
                  "f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},
                      "f:ports":{".":{},"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},
                      "f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},
                    "f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}}]
            """),
            value["metadata"]!["managedFields"]);
    }

    [Fact]
    public void An_update_takes_what_it_changes()
    {
        var before = Owned("""{"metadata":{"labels":{"a":"1"}},"spec":{"replicas":1,"paused":true}}""", "one");
        var after = Changed(before, """{"metadata":{"labels":{"a":"1"}},"spec":{"replicas":2,"paused":true}}""", "two", Now.AddHours(1));
        Assert.Equal(
            [
                """one {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:paused":{}}}""",
                """two {"f:spec":{"f:replicas":{}}}""",
            ],
            Entries(after));
    }

    [Fact]
    public void An_update_without_change_keeps_everything()
    {
        const string Text = """{"metadata":{"labels":{"a":"1"}},"spec":{"replicas":1}}""";
        var before = Owned(Text, "one");
        Documents.AssertSame(before["metadata"], Changed(before, Text, "two", Now.AddHours(1))["metadata"]);
        Documents.AssertSame(before["metadata"], Changed(before, Text, "one", Now.AddHours(1))["metadata"]);
    }

    [Fact]
    public void A_removal_takes_fields_from_their_owner()
    {
        var before = Owned("""{"metadata":{"labels":{"a":"1","b":"2"}},"spec":{"replicas":1}}""", "one");
        var after = Changed(before, """{"metadata":{"labels":{"a":"1"}},"spec":{"replicas":1}}""", "two", Now);
        Assert.Equal(["""one {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:replicas":{}}}"""], Entries(after));
    }

    [Fact]
    public void Subresources_are_managers_of_their_own()
    {
        var before = Owned("""{"spec":{"replicas":1}}""", "one");
        var after = Documents.Json("""{"spec":{"replicas":1},"status":{"replicas":1}}""");
        ManagedFields.Update(before, after, "one", "apps/v1", "status", Deployment, Now);
        Assert.Equal(["""one {"f:spec":{"f:replicas":{}}}""", """one {"f:status":{"f:replicas":{}}}"""], Entries(after));
        Assert.Equal("status", after["metadata"]!["managedFields"]![1]!["subresource"]!.GetValue<string>());
    }

    [Fact]
    public void A_list_with_one_empty_entry_resets_them()
    {
        var before = Owned("""{"spec":{"replicas":1}}""", "one");
        var after = Documents.Json("""{"metadata":{"managedFields":[{}]},"spec":{"replicas":2}}""");
        ManagedFields.Update(before, after, "two", "apps/v1", null, Deployment, Now);
        Assert.Null(after["metadata"]!["managedFields"]);
        var later = Documents.Json("""{"metadata":{},"spec":{"replicas":3}}""");
        ManagedFields.Update(after, later, "two", "apps/v1", null, Deployment, Now);
        Assert.Null(later["metadata"]!["managedFields"]);
    }

    [Fact]
    public void An_empty_list_is_as_none()
    {
        var before = Owned("""{"spec":{"replicas":1}}""", "one");
        var after = Documents.Json("""{"metadata":{"managedFields":[]},"spec":{"replicas":1}}""");
        ManagedFields.Update(before, after, "two", "apps/v1", null, Deployment, Now);
        Documents.AssertSame(before["metadata"], after["metadata"]);
    }

    // What kubectl does when it moves an object to server-side apply: it rewrites the entries with a JSON patch.
    [Fact]
    public void Entries_that_a_client_sends_are_taken()
    {
        var before = Owned("""{"spec":{"replicas":1}}""", "kubectl-client-side-apply");
        var after = before.DeepClone().AsObject();
        after["metadata"]!["managedFields"]![0]!["manager"] = "kubectl";
        after["metadata"]!["managedFields"]![0]!["operation"] = "Apply";
        ManagedFields.Update(before, after, "kubectl-edit", "apps/v1", null, Deployment, Now);
        var entry = Assert.Single(after["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal(("kubectl", "Apply"), (entry["manager"]!.GetValue<string>(), entry["operation"]!.GetValue<string>()));
    }

    [Fact]
    public void More_than_ten_updaters_are_folded_into_one()
    {
        var value = Owned("""{"spec":{"replicas":1}}""", "first");
        for (var i = 0; i < 15; i++)
        {
            var next = value.DeepClone().AsObject();
            next["metadata"]!["labels"] ??= new JsonObject();
            next["metadata"]!["labels"]![$"l{i}"] = "x";
            ManagedFields.Update(value, next, $"m{i}", "apps/v1", null, Deployment, Now.AddMinutes(i + 1));
            value = next;
        }

        var managers = value["metadata"]!["managedFields"]!.AsArray().Select(e => e!["manager"]!.GetValue<string>()).ToList();
        Assert.Equal(10, managers.Count);
        Assert.Contains("ancient-changes", managers);
        Assert.Contains("m14", managers);
    }

    private static JsonObject Owned(string text, string manager) => Changed(null, text, manager, Now);

    private static JsonObject Changed(JsonObject? before, string text, string manager, DateTime now)
    {
        var value = Documents.Json(text);
        ManagedFields.Update(before, value, manager, "apps/v1", null, Deployment, now);
        return value;
    }

    private static IEnumerable<string> Entries(JsonObject value) =>
        value["metadata"]!["managedFields"]!.AsArray().Select(e => $"{e!["manager"]} {e["fieldsV1"]!.ToJsonString()}");
}
