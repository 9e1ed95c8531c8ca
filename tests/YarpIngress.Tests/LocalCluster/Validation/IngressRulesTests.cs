using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Validation;

namespace YarpIngress.Tests.LocalCluster.Validation;

public class IngressRulesTests
{
    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
        + "an alphanumeric character "
        + @"(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string WildcardMessage =
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
        + "alphanumeric characters, "
        + @"'-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    [Theory]
    [InlineData("/", "Exact")]
    [InlineData("/foo/bar", "Prefix")]
    [InlineData("/foo/", "Prefix")]
    [InlineData("/a..b/.c", "Exact")]
    [InlineData("", "ImplementationSpecific")]
    [InlineData("/(.*)//%2f", "ImplementationSpecific")]
    public void Good_paths(string path, string type) => Assert.Empty(WithPath(path, type));

    [Theory]
    [InlineData("foo", "Exact", "Invalid value: \"foo\": must be an absolute path")]
    [InlineData("", "Prefix", "Invalid value: \"\": must be an absolute path")]
    [InlineData("foo", "ImplementationSpecific", "Invalid value: \"foo\": must be an absolute path")]
    [InlineData("/a//b", "Exact", "Invalid value: \"/a//b\": must not contain '//'")]
    [InlineData("/a/./b", "Exact", "Invalid value: \"/a/./b\": must not contain '/./'")]
    [InlineData("/a/../b", "Prefix", "Invalid value: \"/a/../b\": must not contain '/../'")]
    [InlineData("/a%2fb", "Prefix", "Invalid value: \"/a%2fb\": must not contain '%2f'")]
    [InlineData("/a%2Fb", "Exact", "Invalid value: \"/a%2Fb\": must not contain '%2F'")]
    [InlineData("/a/..", "Exact", "Invalid value: \"/a/..\": cannot end with '/..'")]
    [InlineData("/a/.", "Exact", "Invalid value: \"/a/.\": cannot end with '/.'")]
    public void Bad_paths(string path, string type, string message) => Assert.Equal(
        [new FieldError("FieldValueInvalid", "spec.rules[0].http.paths[0].path", message)], WithPath(path, type));

    [Fact]
    public void Path_type_is_required_and_one_of_three()
    {
        Assert.Equal(["spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"], Texts(WithPath("/", null)));
        Assert.Equal(
            ["spec.rules[0].http.paths[0].pathType: Unsupported value: \"Regex\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\""],
            Texts(WithPath("/", "Regex")));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("*.example.com")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("localhost")]
    public void Good_hosts(string host) => Assert.Empty(Create($$$"""{"spec":{"rules":[{"host":"{{{host}}}"}],"tls":[{"hosts":["{{{host}}}"]}]}}"""));

    [Theory]
    [InlineData("Example.com", SubdomainMessage)]
    [InlineData("foobar:80", SubdomainMessage)]
    [InlineData("-a", SubdomainMessage)]
    [InlineData("*", WildcardMessage)]
    [InlineData("foo.*.com", WildcardMessage)]
    [InlineData("*.*.com", WildcardMessage)]
    public void Bad_hosts(string host, string message)
    {
        var errors = Create($$$"""{"spec":{"rules":[{"host":"{{{host}}}"}],"tls":[{"hosts":["{{{host}}}"]}]}}""");
        Assert.Equal(
            [$"spec.rules[0].host: Invalid value: \"{host}\": {message}", $"spec.tls[0].hosts[0]: Invalid value: \"{host}\": {message}"], Texts(errors));
    }

    [Fact]
    public void A_host_is_no_address() => Assert.Equal(
        ["spec.rules[0].host: Invalid value: \"127.0.0.1\": must be a DNS name, not an IP address"], Texts(Create("""{"spec":{"rules":[{"host":"127.0.0.1"}]}}""")));

    [Theory]
    [InlineData("""{}""", "Invalid value: \"\": resource or service backend is required", "")]
    [InlineData("""{"service":{"name":"a","port":{"number":80}},"resource":{"kind":"k","name":"n"}}""", "Invalid value: \"\": cannot set both resource and service backends", "")]
    [InlineData("""{"service":{"name":"a"}}""", "Required value: port name or number is required", "")]
    [InlineData("""{"service":{"name":"a","port":{"number":80,"name":"http"}}}""", "Invalid value: \"\": cannot set both port name & port number", "")]
    [InlineData("""{"service":{"port":{"number":80}}}""", "Required value", ".service.name")]
    [InlineData("""{"service":{"name":"a","port":{"number":65536}}}""", "Invalid value: 65536: must be between 1 and 65535, inclusive", ".service.port.number")]
    [InlineData("""{"service":{"name":"a","port":{"name":"0"}}}""", "Invalid value: \"0\": must contain at least one letter (a-z)", ".service.port.name")]
    [InlineData("""{"service":{"name":"a","port":{"name":"way-too-long-name"}}}""", "Invalid value: \"way-too-long-name\": must be no more than 15 characters", ".service.port.name")]
    [InlineData("""{"resource":{"kind":"k"}}""", "Required value", ".resource.name")]
    public void Bad_backends(string backend, string message, string field)
    {
        var expected = new[] { $"spec.defaultBackend{field}: {message}", $"spec.rules[0].http.paths[0].backend{field}: {message}" };
        Assert.Equal(expected, Texts(Create(
            """{"spec":{"defaultBackend":BACKEND,"rules":[{"http":{"paths":[{"path":"/","pathType":"Exact","backend":BACKEND}]}}]}}"""
                .Replace("BACKEND", backend, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("""{"service":{"name":"a","port":{"name":"http"}}}""")]
    [InlineData("""{"resource":{"apiGroup":"example.com","kind":"StorageBucket","name":"static"}}""")]
    public void Good_backends(string backend) => Assert.Empty(Create("{\"spec\":{\"defaultBackend\":" + backend + "}}"));

    [Theory]
    [InlineData("""{"spec":{}}""", "spec: Invalid value: []networking.IngressRule(nil): either `defaultBackend` or `rules` must be specified")]
    [InlineData("""{"spec":{"rules":[{"http":{}}]}}""", "spec.rules[0].http.paths: Required value")]
    [InlineData("""{"spec":{"ingressClassName":"A","rules":[{}]}}""", $"spec.ingressClassName: Invalid value: \"A\": {SubdomainMessage}")]
    [InlineData("""{"spec":{"tls":[{"secretName":"A"}],"rules":[{}]}}""", $"spec.tls[0].secretName: Invalid value: \"A\": {SubdomainMessage}")]
    [InlineData(
        """{"metadata":{"annotations":{"kubernetes.io/ingress.class":"a"}},"spec":{"ingressClassName":"b","rules":[{}]}}""",
        "annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified")]
    public void Other_rules(string text, string message) => Assert.Equal([message], Texts(Create(text)));

    [Fact]
    public void The_annotation_rule_is_for_create_only()
    {
        var value = Complete("""{"metadata":{"annotations":{"kubernetes.io/ingress.class":"a"}},"spec":{"ingressClassName":"b","rules":[{}]}}""");
        Assert.Empty(ObjectValidation.Update("networking.k8s.io", "Ingress", value, value.DeepClone().AsObject()));
    }

    [Fact]
    public void A_stored_bad_secret_name_does_not_block_updates()
    {
        var value = Complete("""{"spec":{"tls":[{"secretName":"A"}],"rules":[{}]}}""");
        Assert.Empty(ObjectValidation.Update("networking.k8s.io", "Ingress", value, value.DeepClone().AsObject()));
    }

    [Fact]
    public void Status_addresses()
    {
        var old = Complete("""{"spec":{"rules":[{}]}}""");
        var updated = old.DeepClone().AsObject();
        updated["status"] = JsonNode.Parse("""{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"},{"hostname":"a.example"},{"ip":"x"},{"hostname":"1.2.3.4"}]}}""");
        Assert.Equal(
            [
                "status.loadBalancer.ingress[2].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "status.loadBalancer.ingress[3].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address",
            ],
            Texts(ObjectValidation.UpdateStatus("networking.k8s.io", "Ingress", updated, old)));
    }

    private static IReadOnlyList<FieldError> WithPath(string path, string? type)
    {
        var value = Complete("""{"spec":{"rules":[{"http":{"paths":[{"backend":{"service":{"name":"a","port":{"number":80}}}}]}}]}}""");
        var entry = value["spec"]!["rules"]![0]!["http"]!["paths"]![0]!;
        entry["path"] = path;
        if (type is not null)
        {
            entry["pathType"] = type;
        }

        return ObjectValidation.Create("networking.k8s.io", "Ingress", value);
    }

    private static IReadOnlyList<FieldError> Create(string text) => ObjectValidation.Create("networking.k8s.io", "Ingress", Complete(text));

    private static JsonObject Complete(string text)
    {
        var value = Documents.Json(text);
        Defaulting.Apply(Documents.Schema("Ingress"), value);
        value["metadata"]!["name"] = "a";
        value["metadata"]!["namespace"] = "default";
        return value;
    }

    private static IEnumerable<string> Texts(IReadOnlyList<FieldError> errors) => errors.Select(e => e.ToString());
}
