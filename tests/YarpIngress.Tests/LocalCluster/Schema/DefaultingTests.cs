using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Schema;

public class DefaultingTests
{
    [Theory]
    [InlineData(
        "Service",
        """{"spec":{"ports":[{"port":80},{"port":81,"targetPort":"web","protocol":"UDP"}]}}""",
        """
        {"metadata":{},"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":80},{"port":81,"targetPort":"web","protocol":"UDP"}],
         "type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"},"status":{"loadBalancer":{}}}
        """)]
    [InlineData(
        "Service",
        """{"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP"}}""",
        """
        {"metadata":{},"spec":{"type":"LoadBalancer","sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}},
         "externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster","allocateLoadBalancerNodePorts":true},"status":{"loadBalancer":{}}}
        """)]
    [InlineData(
        "Service",
        """{"spec":{"type":"ExternalName","externalName":"example.com"}}""",
        """{"metadata":{},"spec":{"type":"ExternalName","externalName":"example.com","sessionAffinity":"None"},"status":{"loadBalancer":{}}}""")]
    [InlineData("Secret", """{"data":{"a":"YQ=="},"stringData":{"b":"b"}}""", """{"metadata":{},"data":{"a":"YQ==","b":"Yg=="},"type":"Opaque"}""")]
    [InlineData("Ingress", """{"spec":{"rules":[]}}""", """{"metadata":{},"spec":{},"status":{"loadBalancer":{}}}""")]
    [InlineData(
        "Ingress",
        """{"spec":{"rules":[{"http":{"paths":[{"path":"/","backend":{"service":{"name":"a"}}}]}}]}}""",
        """{"metadata":{},"spec":{"rules":[{"http":{"paths":[{"path":"/","backend":{"service":{"name":"a","port":{}}}}]}}]},"status":{"loadBalancer":{}}}""")]
    [InlineData(
        "IngressClass",
        """{"spec":{"controller":"a/b","parameters":{"kind":"k","name":"n"}}}""",
        """{"metadata":{},"spec":{"controller":"a/b","parameters":{"kind":"k","name":"n","scope":"Cluster"}}}""")]
    [InlineData(
        "EndpointSlice",
        """{"addressType":"IPv4","endpoints":[{"addresses":["1.2.3.4"]}],"ports":[{"port":80}]}""",
        """{"metadata":{},"addressType":"IPv4","endpoints":[{"addresses":["1.2.3.4"],"conditions":{}}],"ports":[{"port":80,"name":"","protocol":"TCP"}]}""")]
    [InlineData(
        "Endpoints",
        """{"subsets":[{"addresses":[{"ip":"1.2.3.4"}],"ports":[{"port":80}]}]}""",
        """{"metadata":{},"subsets":[{"addresses":[{"ip":"1.2.3.4"}],"ports":[{"port":80,"protocol":"TCP"}]}]}""")]
    [InlineData("Namespace", """{"metadata":{"name":"a"}}""", """{"metadata":{"name":"a","labels":{"kubernetes.io/metadata.name":"a"}},"spec":{},"status":{}}""")]
    [InlineData(
        "RoleBinding",
        """{"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"}]}""",
        """
        {"metadata":{},"roleRef":{"kind":"Role","name":"r","apiGroup":"rbac.authorization.k8s.io"},
         "subjects":[{"kind":"User","name":"u","apiGroup":"rbac.authorization.k8s.io"},{"kind":"ServiceAccount","name":"s"}]}
        """)]
    // What decoding drops: unknown fields, nulls, empty optional values; what is nullable keeps its zero.
    [InlineData(
        "ConfigMap",
        """{"metadata":{"labels":{},"annotations":null,"name":"a"},"foo":1,"data":{"a":"","b":null},"immutable":false,"binaryData":{}}""",
        """{"metadata":{"name":"a"},"data":{"a":"","b":""},"immutable":false}""")]
    public void Kinds(string kind, string text, string expected)
    {
        var value = Documents.Json(text);
        Defaulting.Apply(Documents.Schema(kind), value);
        Documents.AssertSame(Documents.Json(expected), value);
        Defaulting.Apply(Documents.Schema(kind), value);
        Documents.AssertSame(Documents.Json(expected), value);
    }

    [Fact]
    public void Deployment()
    {
        var value = Documents.Json("""
            {"spec":{"replicas":0,"selector":{},"template":{"spec":{"hostNetwork":false,"serviceAccountName":"sa","volumes":[{"name":"e"},{"name":"s","secret":{"secretName":"x"}}],
              "containers":[{"name":"a","image":"nginx","ports":[{"containerPort":80}],"readinessProbe":{"httpGet":{"port":80},"periodSeconds":5}},
                {"name":"b","image":"registry:5000/nginx:1.2"},{"name":"c","image":"nginx@sha256:0"}]}}}}
            """);
        Defaulting.Apply(Documents.Schema("Deployment"), value);
        Documents.AssertSame(
            Documents.Json("""
            {"metadata":{},"spec":{"replicas":0,"selector":{},"revisionHistoryLimit":10,"progressDeadlineSeconds":600,
              "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}},
              "template":{"metadata":{},"spec":{"serviceAccountName":"sa","serviceAccount":"sa","restartPolicy":"Always","dnsPolicy":"ClusterFirst",
                "schedulerName":"default-scheduler","terminationGracePeriodSeconds":30,"securityContext":{},
                "volumes":[{"name":"e","emptyDir":{}},{"name":"s","secret":{"secretName":"x","defaultMode":420}}],
                "containers":[
                  {"name":"a","image":"nginx","imagePullPolicy":"Always","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
                   "ports":[{"containerPort":80,"protocol":"TCP"}],
                   "readinessProbe":{"httpGet":{"path":"/","port":80,"scheme":"HTTP"},"periodSeconds":5,"timeoutSeconds":1,"successThreshold":1,"failureThreshold":3}},
                  {"name":"b","image":"registry:5000/nginx:1.2","imagePullPolicy":"IfNotPresent","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"},
                  {"name":"c","image":"nginx@sha256:0","imagePullPolicy":"IfNotPresent","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}]}}},
             "status":{}}
            """),
            value);
    }

    [Fact]
    public void Pods_get_what_their_templates_do_not()
    {
        var value = Documents.Json("""{"spec":{"containers":[{"name":"a","image":"x:1","resources":{"limits":{"cpu":"1"}}}]}}""");
        Defaulting.Apply(Documents.Schema("Pod"), value);
        Assert.True(value["spec"]!["enableServiceLinks"]!.GetValue<bool>());
        Assert.Equal("1", value["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]!.GetValue<string>());
    }

    [Fact]
    public void Numbers_read_back_as_any_integer_type()
    {
        var value = Documents.Json("""{"spec":{"template":{}}}""");
        Defaulting.Apply(Documents.Schema("Deployment"), value);
        Assert.Equal(1, value["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal(1L, value["spec"]!["replicas"]!.GetValue<long>());
    }
}
