using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.OpenApi;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.Tests.LocalCluster.Schema;

public class SchemaCatalogTests
{
    [Theory]
    [InlineData("", "Namespace", "namespaces", false)]
    [InlineData("", "Service", "services", true)]
    [InlineData("", "Endpoints", "endpoints", true)]
    [InlineData("", "Secret", "secrets", true)]
    [InlineData("", "ConfigMap", "configmaps", true)]
    [InlineData("", "Node", "nodes", false)]
    [InlineData("", "Pod", "pods", true)]
    [InlineData("", "Event", "events", true)]
    [InlineData("", "ServiceAccount", "serviceaccounts", true)]
    [InlineData("apps", "Deployment", "deployments", true)]
    [InlineData("apps", "ReplicaSet", "replicasets", true)]
    [InlineData("networking.k8s.io", "Ingress", "ingresses", true)]
    [InlineData("networking.k8s.io", "IngressClass", "ingressclasses", false)]
    [InlineData("discovery.k8s.io", "EndpointSlice", "endpointslices", true)]
    [InlineData("coordination.k8s.io", "Lease", "leases", true)]
    [InlineData("events.k8s.io", "Event", "events", true)]
    [InlineData("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false)]
    [InlineData("policy", "PodDisruptionBudget", "poddisruptionbudgets", true)]
    [InlineData("networking.k8s.io", "NetworkPolicy", "networkpolicies", true)]
    [InlineData("apps", "ControllerRevision", "controllerrevisions", true)]
    [InlineData("apps", "DaemonSet", "daemonsets", true)]
    [InlineData("rbac.authorization.k8s.io", "Role", "roles", true)]
    [InlineData("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", true)]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", false)]
    [InlineData("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", false)]
    public void Every_kind_has_a_schema(string group, string kind, string plural, bool namespaced)
    {
        var schema = SchemaCatalog.Find(group, "v1", kind);
        Assert.NotNull(schema);
        Assert.Equal((plural, namespaced), (schema.Plural, schema.Namespaced));
        Assert.NotNull(schema.Type.Find("metadata"));
    }

    [Fact]
    public void Unknown_kinds_have_none() => Assert.Null(SchemaCatalog.Find("apps", "v1", "StatefulSet"));

    [Fact]
    public void Default_values_never_share_nodes()
    {
        var schema = SchemaCatalog.Find("apps", "v1", "Deployment")!;
        var first = JsonNode.Parse("""{"spec":{"selector":{},"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}}""")!.AsObject();
        var second = first.DeepClone().AsObject();
        Defaulting.Apply(schema, first);
        Defaulting.Apply(schema, second);
        Assert.True(JsonNode.DeepEquals(first, second));
    }

    [Fact]
    public void Documents_are_made()
    {
        Assert.True(OpenApiDocuments.V2Json().Length > 10_000);
        Assert.True(OpenApiDocuments.V2Protobuf().Length > 10_000);
        Assert.NotNull(OpenApiDocuments.V3("apis/networking.k8s.io/v1"));
        Assert.NotNull(OpenApiDocuments.V3("api/v1"));
        Assert.Null(OpenApiDocuments.V3("apis/nothing/v1"));
        Assert.NotNull(OpenApiDocuments.V3Index()["paths"]!["apis/apps/v1"]);
    }
}
