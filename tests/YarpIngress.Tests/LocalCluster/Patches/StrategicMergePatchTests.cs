using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Patches;

namespace YarpIngress.Tests.LocalCluster.Patches;

public class StrategicMergePatchTests
{
    [Theory]
    // Lists with a merge key merge, new items go in front of what the patch does not name.
    [InlineData(
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}""",
        """{"spec":{"containers":[{"name":"b","image":"2"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}]}}""")]
    // $patch: delete in a list.
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""",
        """{"spec":{"containers":[{"name":"b"}]}}""")]
    // $patch: replace in a list.
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"c"},{"$patch":"replace"}]}}""",
        """{"spec":{"containers":[{"name":"c"}]}}""")]
    // $patch: replace and delete in a map.
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"$patch":"replace","c":"3"}}}""", """{"metadata":{"labels":{"c":"3"}}}""")]
    [InlineData("""{"spec":{"securityContext":{"runAsUser":1}}}""", """{"spec":{"securityContext":{"$patch":"delete"}}}""", """{"spec":{"securityContext":{}}}""")]
    [InlineData("""{"metadata":{"labels":{"a":"1"}}}""", """{"metadata":{"labels":{"$patch":"merge","b":"2"}}}""", """{"metadata":{"labels":{"a":"1","b":"2"}}}""")]
    // Null deletes; what is not there is not made.
    [InlineData("""{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"a":null,"x":null}}}""", """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("""{"metadata":{}}""", """{"metadata":{"labels":{"a":null,"b":"1"}}}""", """{"metadata":{"labels":{"b":"1"}}}""")]
    // Primitive lists that merge: union, and deletion by directive.
    [InlineData("""{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"finalizers":["c"]}}""", """{"metadata":{"finalizers":["c","a","b"]}}""")]
    [InlineData("""{"metadata":{"finalizers":["a","b","c"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["b"]}}""", """{"metadata":{"finalizers":["a","c"]}}""")]
    [InlineData(
        """{"metadata":{"finalizers":["a","b","c"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["b"],"$setElementOrder/finalizers":["d","a","c"],"finalizers":["d"]}}""",
        """{"metadata":{"finalizers":["d","a","c"]}}""")]
    // Atomic lists are replaced.
    [InlineData("""{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData(
        """{"spec":{"containers":[{"name":"a","args":["x","y"]}]}}""",
        """{"spec":{"containers":[{"name":"a","args":["z"]}]}}""",
        """{"spec":{"containers":[{"name":"a","args":["z"]}]}}""")]
    // $setElementOrder: the patch's order, what only the server has keeps its place.
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"server"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"b","image":"2"}]}}""",
        """{"spec":{"containers":[{"name":"server"},{"name":"b","image":"2"},{"name":"a"}]}}""")]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"b"}],"containers":[{"$patch":"delete","name":"a"},{"name":"c"}]}}""",
        """{"spec":{"containers":[{"name":"c"},{"name":"b"}]}}""")]
    // $retainKeys drops the other members of a union.
    [InlineData(
        """{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}""",
        """{"spec":{"volumes":[{"name":"v","$retainKeys":["name","secret"],"secret":{"secretName":"s"}}]}}""",
        """{"spec":{"volumes":[{"name":"v","secret":{"secretName":"s"}}]}}""")]
    // Nested merge lists.
    [InlineData(
        """{"spec":{"containers":[{"name":"a","env":[{"name":"X","value":"1"},{"name":"Y","value":"1"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","env":[{"name":"Y","$patch":"delete"},{"name":"Z","value":"3"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","env":[{"name":"Z","value":"3"},{"name":"X","value":"1"}]}]}}""")]
    // Directives in what is new are not stored.
    [InlineData("""{"spec":{}}""", """{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"a"}]}}""")]
    [InlineData("""{"spec":{}}""", """{"spec":{"containers":[{"name":"a","$patch":"delete"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")]
    public void Pods(string document, string patch, string expected)
    {
        var original = Documents.Json(document);
        var change = JsonNode.Parse(patch);
        Documents.AssertSame(Documents.Json(expected), StrategicMergePatch.Apply(original, change, Documents.Schema("Pod")));
        Documents.AssertSame(Documents.Json(document), original);
        Documents.AssertSame(JsonNode.Parse(patch), change);
    }

    [Theory]
    [InlineData(
        "Service",
        """{"spec":{"ports":[{"port":80,"name":"http"},{"port":443,"name":"https"}],"selector":{"a":"1"}}}""",
        """{"spec":{"ports":[{"port":80,"targetPort":8080}],"selector":{"b":"2"}}}""",
        """{"spec":{"ports":[{"port":80,"name":"http","targetPort":8080},{"port":443,"name":"https"}],"selector":{"a":"1","b":"2"}}}""")]
    [InlineData(
        "Ingress",
        """{"spec":{"rules":[{"host":"a"},{"host":"b"}]}}""",
        """{"spec":{"rules":[{"host":"c"}]}}""",
        """{"spec":{"rules":[{"host":"c"}]}}""")]
    [InlineData(
        "Deployment",
        """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
        """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""",
        """{"spec":{"strategy":{"type":"Recreate"}}}""")]
    [InlineData(
        "Node",
        """{"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"DiskPressure","status":"False"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""",
        """{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"DiskPressure","status":"False"}]}}""")]
    [InlineData(
        "Pod",
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"zone","maxSkew":1}]}}""",
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"zone","maxSkew":2}]}}""",
        """{"spec":{"topologySpreadConstraints":[{"topologyKey":"zone","maxSkew":2}]}}""")]
    public void Other_kinds(string kind, string document, string patch, string expected) => Documents.AssertSame(
        Documents.Json(expected), StrategicMergePatch.Apply(Documents.Json(document), JsonNode.Parse(patch), Documents.Schema(kind)));

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", "does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"merge"}]}}""", "$patch: merge")]
    [InlineData("""{"metadata":{"labels":{"$patch":"explode"}}}""", "unrecognized type of directive")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"a"},{"name":"b"}]}}""", "doesn't match $setElementOrder list")]
    [InlineData("""{"spec":{"securityContext":{"$retainKeys":["runAsUser"],"fsGroup":1}}}""", "in $retainKeys list doesn't contain the field fsGroup")]
    public void Refuses(string patch, string error)
    {
        var document = Documents.Json("""{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a"}],"securityContext":{"runAsUser":1}}}""");
        var thrown = Assert.Throws<PatchException>(
            () => StrategicMergePatch.Apply(document, JsonNode.Parse(patch), Documents.Schema("Pod")));
        Assert.Contains(error, thrown.Message, StringComparison.Ordinal);
    }
}
