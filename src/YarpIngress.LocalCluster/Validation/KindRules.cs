using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>The rules of one kind.</summary>
internal sealed record KindRules(
    Action<FieldErrors, JsonObject, ValidationOptions> Create,
    Action<FieldErrors, JsonObject, JsonObject, ValidationOptions> Update,
    Action<FieldErrors, JsonObject, JsonObject>? UpdateStatus = null)
{
    private const string Rbac = "rbac.authorization.k8s.io";

    private static readonly FrozenDictionary<(string Group, string Kind), KindRules> All = new Dictionary<(string, string), KindRules>
    {
        [("networking.k8s.io", "Ingress")] = Of(IngressRules.Create, IngressRules.Update, IngressRules.UpdateStatus),
        [("networking.k8s.io", "IngressClass")] = Of(IngressClassRules.Create, IngressClassRules.Update),
        [("", "Service")] = Of(ServiceRules.Create, ServiceRules.Update, ServiceRules.UpdateStatus),
        [("discovery.k8s.io", "EndpointSlice")] = new(EndpointSliceRules.Create, EndpointSliceRules.Update),
        [("", "Endpoints")] = new(EndpointsRules.Create, EndpointsRules.Update),
        [("", "Secret")] = Of(SecretRules.Create, SecretRules.Update),
        [("", "ConfigMap")] = Of(ConfigMapRules.Create, ConfigMapRules.Update),
        [("apps", "ControllerRevision")] = Of(SimpleRules.ControllerRevision, SimpleRules.ControllerRevisionUpdate),
        [("apps", "DaemonSet")] = Of(DaemonSetRules.Create, DaemonSetRules.Update),
        [("apps", "Deployment")] = Of(DeploymentRules.Create, DeploymentRules.Update),
        [("apps", "ReplicaSet")] = Of(ReplicaSetRules.Create, ReplicaSetRules.Update),
        [("", "Pod")] = Of(PodRules.Create, PodRules.Update),
        [("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")] = Of(WebhookRules.Create),
        [("", "Namespace")] = Of(SimpleRules.Namespace),
        [("", "Node")] = Of(SimpleRules.Node),
        [("", "ServiceAccount")] = Of(SimpleRules.ServiceAccount),
        [("coordination.k8s.io", "Lease")] = Of(SimpleRules.Lease),
        [("networking.k8s.io", "NetworkPolicy")] = Of(SimpleRules.NetworkPolicy),
        [("policy", "PodDisruptionBudget")] = Of(SimpleRules.PodDisruptionBudget),
        [("", "Event")] = Of(SimpleRules.Event),
        [("events.k8s.io", "Event")] = Of(SimpleRules.Event),
        [(Rbac, "Role")] = Of((errors, value) => RbacRules.Role(errors, value, namespaced: true)),
        [(Rbac, "ClusterRole")] = Of((errors, value) => RbacRules.Role(errors, value, namespaced: false)),
        [(Rbac, "RoleBinding")] = Of(
            (errors, value) => RbacRules.Binding(errors, value, namespaced: true),
            (errors, updated, old) => RbacRules.BindingUpdate(errors, updated, old, namespaced: true)),
        [(Rbac, "ClusterRoleBinding")] = Of(
            (errors, value) => RbacRules.Binding(errors, value, namespaced: false),
            (errors, updated, old) => RbacRules.BindingUpdate(errors, updated, old, namespaced: false)),
    }.ToFrozenDictionary();

    /// <summary>The rules of a kind, null when there are none.</summary>
    public static KindRules? Find(string group, string kind) => All.GetValueOrDefault((group, kind));

    private static KindRules Of(
        Action<FieldErrors, JsonObject> create,
        Action<FieldErrors, JsonObject, JsonObject>? update = null,
        Action<FieldErrors, JsonObject, JsonObject>? updateStatus = null) =>
        new(
            (errors, value, _) => create(errors, value),
            update is null
                ? (errors, updated, old, _) =>
                {
                    MetadataRules.CheckUpdate(errors, updated, old);
                    create(errors, updated);
                }
    : (errors, updated, old, _) => update(errors, updated, old),
            updateStatus);
}
