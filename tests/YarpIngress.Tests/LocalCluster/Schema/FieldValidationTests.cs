using System.Text;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Schema;

public class FieldValidationTests
{
    [Fact]
    public void Unknown_fields_are_named_with_their_path() => Assert.Equal(
        ["unknown field \"spec.foo\"", "unknown field \"spec.rules[1].http.paths[0].pathtype\"", "unknown field \"metadata.label\"", "unknown field \"extra\""],
        FieldValidation.UnknownFields(
            Documents.Schema("Ingress"),
            Documents.Json("""{"spec":{"foo":1,"rules":[{},{"http":{"paths":[{"pathtype":"x"}]}}]},"metadata":{"label":{},"labels":{"any":"thing"}},"extra":{}}""")));

    [Theory]
    [InlineData("Service", """{"spec":{"ports":[{"port":"80"}]}}""", "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32")]
    [InlineData("Deployment", """{"spec":{"replicas":"3"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("Deployment", """{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("Deployment", """{"spec":{"replicas":3000000000}}""", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData(
        "Deployment",
        """{"spec":{"template":{"spec":{"containers":[{"name":"a","env":[{"name":"x","value":1}]}]}}}}""",
        "json: cannot unmarshal number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string")]
    [InlineData("Ingress", """{"spec":{"rules":"x"}}""", "json: cannot unmarshal string into Go struct field IngressSpec.spec.rules of type []v1.IngressRule")]
    [InlineData("Ingress", """{"spec":[]}""", "json: cannot unmarshal array into Go struct field Ingress.spec of type v1.IngressSpec")]
    [InlineData("Ingress", """{"metadata":{"labels":{"a":1}}}""", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("Ingress", """{"metadata":{"annotations":{"a":true}}}""", "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string")]
    [InlineData("Ingress", """{"metadata":{"labels":"a"}}""", "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string")]
    [InlineData("Secret", """{"data":{"a":"not base64"}}""", "illegal base64 data at input byte 3")]
    [InlineData("Service", """{"spec":{"ports":[{"targetPort":true}]}}""", "json: cannot unmarshal bool into Go value of type int32")]
    [InlineData("Lease", """{"spec":{"renewTime":"yesterday"}}""", "parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"")]
    [InlineData(
        "Node",
        """{"status":{"capacity":{"cpu":"much"}}}""",
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    public void Wrong_types_read_as_the_go_decoder_says(string kind, string text, string error) => Assert.Equal(
        $"{kind} in version \"v1\" cannot be handled as a {kind}: {error}", FieldValidation.DecodeError(
            Documents.Schema(kind), Documents.Json(text)));

    [Theory]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"targetPort":"http"},{"port":81,"targetPort":81}],"selector":null}}""")]
    [InlineData("Node", """{"status":{"capacity":{"cpu":"500m","memory":1073741824,"pods":"1e3","x":"1.5Gi"}}}""")]
    [InlineData("Lease", """{"spec":{"renewTime":"2026-01-02T03:04:05.123456Z"}}""")]
    [InlineData("Secret", """{"data":{"a":"aGVsbG8=","b":""}}""")]
    public void Right_types_pass(string kind, string text) =>
        Assert.Null(FieldValidation.DecodeError(Documents.Schema(kind), Documents.Json(text)));

    [Fact]
    public void Duplicate_fields_are_found_and_the_last_one_wins()
    {
        var text = Encoding.UTF8.GetBytes("""{"spec":{"rules":[{"host":"a"},{"host":"b","host":"c"}],"x":1,"x":2,"x":3},"spec2":{}}""");
        var value = JsonBody.Parse(text, out var duplicates);
        Assert.Equal(["duplicate field \"spec.rules[1].host\"", "duplicate field \"spec.x\""], duplicates);
        Documents.AssertSame(JsonNode.Parse("""{"spec":{"rules":[{"host":"a"},{"host":"c"}],"x":3},"spec2":{}}"""), value);
    }

    [Fact]
    public void Text_without_duplicates_is_parsed_as_it_is()
    {
        const string Text = """{"a":[1,[{"a":null}],{"b":{"a":1.5e3}}],"b":"x","c":true}""";
        Documents.AssertSame(JsonNode.Parse(Text), JsonBody.Parse(Encoding.UTF8.GetBytes(Text), out var duplicates));
        Assert.Empty(duplicates);
    }
}
