using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Validation;

namespace YarpIngress.Tests.LocalCluster.Validation;

/// <summary>One line per rule: a kind, what is given, and the error; no error where the object is good.</summary>
public class ObjectValidationTests
{
    private const string Label1035 =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
        + "with an alphanumeric character "
        + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    [Theory]
    // Service
    [InlineData("Service", """{"spec":{"ports":[{"port":80}]}}""")]
    [InlineData("Service", """{"spec":{"clusterIP":"None","clusterIPs":["None"]}}""")]
    [InlineData("Service", """{"spec":{"type":"ExternalName","externalName":"example.com."}}""")]
    [InlineData("Service", """{"spec":{"ports":[{"port":53,"name":"udp","protocol":"UDP"},{"port":53,"name":"tcp"}]}}""")]
    [InlineData("Service", """{"spec":{"type":"LoadBalancer","ports":[{"port":80,"nodePort":30000}],"loadBalancerSourceRanges":["10.0.0.0/8"],"externalTrafficPolicy":"Local","healthCheckNodePort":31000}}""")]
    [InlineData("Service", """{"spec":{}}""", "spec.ports: Required value")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80},{"port":81}]}}""", "spec.ports[0].name: Required value", "spec.ports[1].name: Required value")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}}""", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"name":"a"},{"port":80,"name":"b"}]}}""", "spec.ports[1]: Duplicate value: {\"port\":80,\"protocol\":\"TCP\"}")]
    [InlineData("Service", """{"spec":{"ports":[{"port":0,"targetPort":80}]}}""", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"targetPort":65536}]}}""", "spec.ports[0].targetPort: Invalid value: 65536: must be between 1 and 65535, inclusive")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"targetPort":"a--b"}]}}""", "spec.ports[0].targetPort: Invalid value: \"a--b\": must not contain consecutive hyphens")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"protocol":"HTTP"}]}}""", "spec.ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("Service", """{"spec":{"ports":[{"port":80,"nodePort":30000}]}}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("Service", """{"spec":{"type":"NodePort","ports":[{"port":80,"name":"a","nodePort":30000},{"port":81,"name":"b","nodePort":30000}]}}""", "spec.ports[1].nodePort: Duplicate value: 30000")]
    [InlineData("Service", """{"spec":{"type":"NodePort","clusterIP":"None","ports":[{"port":80}]}}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("Service", """{"spec":{"type":"Magic","ports":[{"port":80}]}}""", "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"")]
    [InlineData("Service", """{"spec":{"type":"ExternalName"}}""", "spec.externalName: Required value")]
    [InlineData("Service", """{"spec":{"type":"ExternalName","externalName":"a","clusterIP":"10.0.0.1"}}""", "spec.clusterIP: Forbidden: may not be set for ExternalName services")]
    [InlineData("Service", """{"spec":{"clusterIP":"x","ports":[{"port":80}]}}""", "spec.clusterIPs[0]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.2"],"ports":[{"port":80}]}}""", "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`")]
    [InlineData("Service", """{"spec":{"externalIPs":["127.0.0.1"],"ports":[{"port":80}],"externalTrafficPolicy":"Cluster"}}""", "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("Service", """{"spec":{"sessionAffinity":"Cookie","ports":[{"port":80}]}}""", "spec.sessionAffinity: Unsupported value: \"Cookie\": supported values: \"ClientIP\", \"None\"")]
    [InlineData("Service", """{"spec":{"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":86401}},"ports":[{"port":80}]}}""", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400")]
    [InlineData("Service", """{"spec":{"loadBalancerSourceRanges":["10.0.0.0/8"],"ports":[{"port":80}]}}""", "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("Service", """{"spec":{"externalTrafficPolicy":"Local","ports":[{"port":80}]}}""", "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services")]
    [InlineData("Service", """{"spec":{"internalTrafficPolicy":"Nearby","ports":[{"port":80}]}}""", "spec.internalTrafficPolicy: Unsupported value: \"Nearby\": supported values: \"Cluster\", \"Local\"")]
    [InlineData("Service", """{"metadata":{"name":"1a"},"spec":{"ports":[{"port":80}]}}""", $"metadata.name: Invalid value: \"1a\": {Label1035}")]
    // EndpointSlice
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"hints":{"forZones":[{"name":"a"}]}},{"addresses":["127.0.0.5"]}],"ports":[{"name":"a","port":80},{"port":81}]}""")]
    [InlineData("EndpointSlice", """{"addressType":"IPv6","endpoints":[{"addresses":["2001:db8::1"]}]}""")]
    [InlineData("EndpointSlice", """{"addressType":"FQDN","endpoints":[{"addresses":["a.example"]}]}""")]
    [InlineData("EndpointSlice", """{}""", "addressType: Required value")]
    [InlineData("EndpointSlice", """{"addressType":"IPv5"}""", "addressType: Unsupported value: \"IPv5\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{}]}""", "endpoints[0].addresses: Required value: must contain at least 1 address")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["2001:db8::1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"2001:db8::1\": must be a valid IPv4 address")]
    [InlineData("EndpointSlice", """{"addressType":"IPv6","endpoints":[{"addresses":["fe80::1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"fe80::1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("EndpointSlice", """{"addressType":"IPv6","endpoints":[{"addresses":["::1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"::1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["169.254.1.1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["0.0.0.0"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["224.0.0.1"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"224.0.0.1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")]
    [InlineData("EndpointSlice", """{"addressType":"FQDN","endpoints":[{"addresses":["a"]}]}""", "endpoints[0].addresses[0]: Invalid value: \"a\": should be a domain with at least two segments separated by dots")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","ports":[{"name":"a"},{"name":"a"}]}""", "ports[1].name: Duplicate value: \"a\"")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","ports":[{"protocol":"x"}]}""", "ports[0].protocol: Unsupported value: \"x\": supported values: \"SCTP\", \"TCP\", \"UDP\"")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"hints":{"forZones":[{"name":"a"},{"name":"a"}]}}]}""", "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"")]
    // Endpoints
    [InlineData("Endpoints", """{"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":80}]}]}""")]
    [InlineData("Endpoints", """{"subsets":[{}]}""", "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`")]
    [InlineData("Endpoints", """{"subsets":[{"addresses":[{"ip":"x"}]}]}""", "subsets[0].addresses[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("Endpoints", """{"subsets":[{"notReadyAddresses":[{"ip":"10.0.0.1"}],"ports":[{"port":80},{"name":"b","port":0}]}]}""", "subsets[0].ports[0].name: Required value", "subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    // Secret and ConfigMap
    [InlineData("Secret", """{"type":"kubernetes.io/tls","data":{"tls.crt":"","tls.key":""}}""")]
    [InlineData("Secret", """{"type":"kubernetes.io/tls","data":{"tls.crt":"YQ=="}}""", "data[tls.key]: Required value")]
    [InlineData("Secret", """{"type":"kubernetes.io/dockerconfigjson"}""", "data[.dockerconfigjson]: Required value")]
    [InlineData("Secret", """{"type":"kubernetes.io/basic-auth","data":{"password":"YQ=="}}""")]
    [InlineData("Secret", """{"type":"kubernetes.io/ssh-auth"}""", "data[%s][ssh-privatekey]: Required value")]
    [InlineData("Secret", """{"data":{"..":"YQ=="}}""", "data[..]: Invalid value: \"..\": must not be '..'")]
    [InlineData("ConfigMap", """{"data":{"a.b_c-D":"x"}}""")]
    [InlineData("ConfigMap", """{"data":{"a/b":"x"}}""", "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    [InlineData("ConfigMap", """{"data":{"a":"x"},"binaryData":{"a":"YQ=="}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    // IngressClass
    [InlineData("IngressClass", """{"spec":{"controller":"example.com/controller"}}""")]
    [InlineData("IngressClass", """{"spec":{}}""", "spec.controller: Required value")]
    [InlineData("IngressClass", """{"spec":{"controller":"nginx"}}""", "spec.controller: Invalid value: \"nginx\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.b/c","parameters":{"kind":"k","name":"n","scope":"Namespace"}}}""", "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.b/c","parameters":{"kind":"k","name":"n","namespace":"x"}}}""", "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'")]
    // Deployment
    [InlineData("Deployment", """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""")]
    [InlineData("Deployment", """{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}}""", "spec.selector: Required value")]
    [InlineData("Deployment", """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""", "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`")]
    [InlineData("Deployment", """{"spec":{"replicas":-1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""", "spec.replicas: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("Deployment", """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{}}}}""", "spec.template.spec.containers: Required value")]
    [InlineData("Deployment", """{"spec":{"strategy":{"type":"Recreate","rollingUpdate":{}},"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""", "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'")]
    [InlineData("Deployment", """{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}},"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""", "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0")]
    // Pod
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a"}]}}""", "spec.containers[0].image: Required value")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b"},{"name":"a","image":"b"}]}}""", "spec.containers[1].name: Duplicate value: \"a\"")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}""", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b","livenessProbe":{}}]}}""", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b","ports":[{"containerPort":70000}]}]}}""", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b","resources":{"limits":{"cpu":"100m"},"requests":{"cpu":"1"}}}]}}""", "spec.containers[0].resources.requests: Invalid value: \"1\": must be less than or equal to cpu limit of 100m")]
    [InlineData("Pod", """{"spec":{"restartPolicy":"Sometimes","containers":[{"name":"a","image":"b"}]}}""", "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\", \"OnFailure\"")]
    // Others
    [InlineData("Lease", """{"spec":{"leaseDurationSeconds":0}}""", "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0")]
    [InlineData("Role", """{"rules":[{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}]}""")]
    [InlineData("Role", """{"metadata":{"name":"system:a"},"rules":[{"apiGroups":[""],"resources":["pods"]}]}""", "rules[0].verbs: Required value: verbs must contain at least one value")]
    [InlineData("RoleBinding", """{"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"Robot","name":"x"}]}""", "subjects[0].kind: Unsupported value: \"Robot\": supported values: \"Group\", \"ServiceAccount\", \"User\"")]
    [InlineData("ConfigMap", """{"metadata":{"labels":{"-a":"b"}}}""", "metadata.labels: Invalid value: \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData("ConfigMap", """{"metadata":{"labels":{"a":"b c"}}}""", "metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("ConfigMap", """{"metadata":{"finalizers":["mine"]}}""", "metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified")]
    [InlineData("ConfigMap", """{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"a"}]}}""", "metadata.ownerReferences[0].uid: Invalid value: \"\": uid must not be empty")]
    public void Create(string kind, string text, params string[] errors)
    {
        var (schema, value) = Complete(kind, text);
        Assert.Equal(errors, ObjectValidation.Create(schema.Group, kind, value).Select(e => e.ToString()));
        if (errors.Length == 0)
        {
            Assert.Empty(ObjectValidation.Update(schema.Group, kind, value, value.DeepClone().AsObject()));
        }
    }

    [Theory]
    [InlineData("Secret", """{"type":"a"}""", """{"type":"b"}""", "type: Invalid value: \"b\": field is immutable")]
    [InlineData("Secret", """{"immutable":true,"data":{"a":"YQ=="}}""", """{"data":{"a":"Yg=="}}""", "immutable: Forbidden: field is immutable when `immutable` is set", "data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("ConfigMap", """{"immutable":true,"data":{"a":"b"}}""", """{"immutable":true,"data":{"a":"c"}}""", "data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("EndpointSlice", """{"addressType":"IPv4"}""", """{"addressType":"IPv6"}""", "addressType: Invalid value: \"IPv6\": field is immutable")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}}""", """{"spec":{"clusterIP":"10.0.0.2","ports":[{"port":80}]}}""", "spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.2\"}: may not change once set")]
    [InlineData("Service", """{"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}}""", """{"spec":{"type":"ExternalName","externalName":"a"}}""")]
    [InlineData("IngressClass", """{"spec":{"controller":"a.b/c"}}""", """{"spec":{"controller":"a.b/d"}}""", "spec.controller: Invalid value: \"a.b/d\": field is immutable")]
    [InlineData("RoleBinding", """{"roleRef":{"kind":"Role","name":"r"}}""", """{"roleRef":{"kind":"Role","name":"s"}}""", "roleRef: Invalid value: {\"kind\":\"Role\",\"name\":\"s\",\"apiGroup\":\"rbac.authorization.k8s.io\"}: cannot change roleRef")]
    [InlineData("ConfigMap", """{"metadata":{"uid":"1"}}""", """{"metadata":{"uid":"2"}}""", "metadata.uid: Invalid value: \"2\": field is immutable")]
    [InlineData(
        "Deployment",
        """{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b","c":"d"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""",
        """{"spec":{"selector":{"matchLabels":{"c":"d"}},"template":{"metadata":{"labels":{"a":"b","c":"d"}},"spec":{"containers":[{"name":"a","image":"b"}]}}}}""",
        "spec.selector: Invalid value: {\"matchLabels\":{\"c\":\"d\"}}: field is immutable")]
    [InlineData("Pod", """{"spec":{"containers":[{"name":"a","image":"b"}]}}""", """{"spec":{"nodeName":"n","containers":[{"name":"a","image":"c"}]}}""")]
    public void Update(string kind, string old, string updated, params string[] errors)
    {
        var (schema, before) = Complete(kind, old);
        var (_, after) = Complete(kind, updated);
        Assert.Equal(errors, ObjectValidation.Update(schema.Group, kind, after, before).Select(e => e.ToString()));
    }

    [Fact]
    public void Limits_of_sizes()
    {
        var endpoint = """{"addresses":["10.0.0.1"]},""";
        Assert.Equal(["endpoints: Too many: 1001: must have at most 1000 items"], Errors("EndpointSlice", $$"""{"addressType":"IPv4","endpoints":[{{Repeat(endpoint, 1001)}}]}"""));
        Assert.Equal(
            ["endpoints[0].addresses: Too many: 101: must have at most 100 items"],
            Errors("EndpointSlice", $$"""{"addressType":"IPv4","endpoints":[{"addresses":[{{Repeat("\"10.0.0.1\",", 101)}}]}]}"""));
        Assert.Equal(
            ["metadata.annotations: Too long: may not be more than 262144 bytes"],
            Errors("ConfigMap", """{"metadata":{"annotations":{"a":"LONG"}}}""".Replace("LONG", new string('x', 262144), StringComparison.Ordinal)));
        Assert.Equal(
            ["[]: Too long: may not be more than 1048576 bytes"], Errors("ConfigMap", """{"data":{"a":"LONG"}}""".Replace("LONG", new string('x', 1048577), StringComparison.Ordinal)));
    }

    [Fact]
    public void Loopback_is_refused_outside_of_the_pod_range()
    {
        var (_, value) = Complete("EndpointSlice", """{"addressType":"IPv4","endpoints":[{"addresses":["127.10.0.1"]}]}""");
        var options = new ValidationOptions { PodRange = System.Net.IPNetwork.Parse("127.20.0.0/16") };
        Assert.Single(ObjectValidation.Create("discovery.k8s.io", "EndpointSlice", value, options));
        options = new ValidationOptions { PodRange = System.Net.IPNetwork.Parse("127.10.0.0/16") };
        Assert.Empty(ObjectValidation.Create("discovery.k8s.io", "EndpointSlice", value, options));
    }

    [Fact]
    public void Generated_names_may_end_in_a_dash()
    {
        var (_, value) = Complete("ConfigMap", """{"metadata":{"name":"a-x","generateName":"a-"}}""");
        Assert.Empty(ObjectValidation.Create("", "ConfigMap", value));
    }

    private static IEnumerable<string> Errors(string kind, string text)
    {
        var (schema, value) = Complete(kind, text);
        return ObjectValidation.Create(schema.Group, kind, value).Select(e => e.ToString());
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count)).TrimEnd(',');

    private static (KindSchema Schema, JsonObject Value) Complete(string kind, string text)
    {
        var schema = Documents.Schema(kind);
        var value = Documents.Json(text);
        Assert.Null(FieldValidation.DecodeError(schema, value));
        Assert.Empty(FieldValidation.UnknownFields(schema, value));
        Defaulting.Apply(schema, value);
        value["metadata"]!["name"] ??= "a";
        if (schema.Namespaced)
        {
            value["metadata"]!["namespace"] = "default";
        }

        return (schema, value);
    }
}
