using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Tables;

/// <summary>The columns of each kind.</summary>
internal static class TableColumns
{
    private static readonly IReadOnlyList<TableColumn> Default = [TableColumn.ObjectName, TableColumn.Age];

    private static readonly Dictionary<ResourceInfo, IReadOnlyList<TableColumn>> ByResource = new()
    {
        [ResourceCatalog.Pods] = PodColumns.All,
        [ResourceCatalog.Services] = ServiceColumns.All,
        [ResourceCatalog.Ingresses] = IngressColumns.All,
        [ResourceCatalog.IngressClasses] = IngressClassColumns.All,
        [ResourceCatalog.ControllerRevisions] = ControllerRevisionColumns.All,
        [ResourceCatalog.DaemonSets] = DaemonSetColumns.All,
        [ResourceCatalog.Deployments] = DeploymentColumns.All,
        [ResourceCatalog.ReplicaSets] = ReplicaSetColumns.All,
        [ResourceCatalog.Endpoints] = EndpointsColumns.All,
        [ResourceCatalog.EndpointSlices] = EndpointSliceColumns.All,
        [ResourceCatalog.Nodes] = NodeColumns.All,
        [ResourceCatalog.Events] = EventColumns.All,
        [ResourceCatalog.Namespaces] = [TableColumn.ObjectName, new("Status", row => row.Text("status", "phase")), TableColumn.Age],
        [ResourceCatalog.Secrets] =
        [
            TableColumn.ObjectName, new("Type", row => row.TextOr("Opaque", "type")), new(
                "Data", row => row.Count("data"), Type: "string"), TableColumn.Age,
        ],
        [ResourceCatalog.ConfigMaps] =
        [
            TableColumn.ObjectName, new("Data", row => row.Count("data") + row.Count("binaryData"), Type: "string"), TableColumn.Age,
        ],
        [ResourceCatalog.ServiceAccounts] =
            [TableColumn.ObjectName, new("Secrets", row => row.Count("secrets"), Type: "string"), TableColumn.Age],
        [ResourceCatalog.Leases] = [TableColumn.ObjectName, new("Holder", row => row.Text("spec", "holderIdentity")), TableColumn.Age],
        [ResourceCatalog.NetworkPolicies] =
        [
            TableColumn.ObjectName, new("Pod-Selector", row => LabelSelectorText.Of(row.At("spec", "podSelector"))), TableColumn.Age,
        ],
        [ResourceCatalog.Roles] = RbacColumns.Role,
        [ResourceCatalog.ClusterRoles] = RbacColumns.Role,
        [ResourceCatalog.RoleBindings] = RbacColumns.Binding,
        [ResourceCatalog.ClusterRoleBindings] = RbacColumns.Binding,
        [ResourceCatalog.ValidatingWebhookConfigurations] = WebhookColumns.All,
    };

    public static IReadOnlyList<TableColumn> Of(ResourceInfo resource) => ByResource.GetValueOrDefault(resource.Storage, Default);
}
