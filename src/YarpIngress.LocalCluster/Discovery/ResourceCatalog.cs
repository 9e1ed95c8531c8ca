namespace YarpIngress.LocalCluster.Discovery;

/// <summary>Every resource that the API server stores.</summary>
internal static class ResourceCatalog
{
    private static readonly SubresourceInfo Scale = new("scale", "Scale", ["get", "patch", "update"], "autoscaling", "v1");

    public static ResourceInfo ConfigMaps { get; } =
        new() { Group = "", Kind = "ConfigMap", Plural = "configmaps", Namespaced = true, ShortNames = ["cm"] };

    public static ResourceInfo Endpoints { get; } =
        new() { Group = "", Kind = "Endpoints", Plural = "endpoints", Namespaced = true, ShortNames = ["ep"], AllowsCreateOnUpdate = true };

    public static ResourceInfo Events { get; } =
        new() { Group = "", Kind = "Event", Plural = "events", Namespaced = true, ShortNames = ["ev"], AllowsCreateOnUpdate = true };

    public static ResourceInfo Namespaces { get; } = new()
    {
        Group = "",
        Kind = "Namespace",
        Plural = "namespaces",
        Namespaced = false,
        ShortNames = ["ns"],
        DropsStatusOnCreate = true,
        Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        Subresources = ResourceInfo.WithStatus("Namespace", new SubresourceInfo("finalize", "Namespace", ["update"])),
    };

    public static ResourceInfo Nodes { get; } =
        new()
        {
            Group = "",
            Kind = "Node",
            Plural = "nodes",
            Namespaced = false,
            ShortNames = ["no"],
            Subresources = ResourceInfo.WithStatus("Node"),
        };

    public static ResourceInfo Pods { get; } = new()
    {
        Group = "",
        Kind = "Pod",
        Plural = "pods",
        Namespaced = true,
        ShortNames = ["po"],
        Categories = ["all"],
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus(
            "Pod", new SubresourceInfo("eviction", "Eviction", ["create"], "policy", "v1"), new SubresourceInfo("log", "Pod", ["get"]),
            new SubresourceInfo("attach", "PodAttachOptions", ["create", "get"]),
            new SubresourceInfo("exec", "PodExecOptions", ["create", "get"]),
            new SubresourceInfo("portforward", "PodPortForwardOptions", ["create", "get"])),
    };

    public static ResourceInfo Secrets { get; } = new() { Group = "", Kind = "Secret", Plural = "secrets", Namespaced = true };

    public static ResourceInfo ServiceAccounts { get; } = new()
    {
        Group = "",
        Kind = "ServiceAccount",
        Plural = "serviceaccounts",
        Namespaced = true,
        ShortNames = ["sa"],
        Subresources = [new SubresourceInfo("token", "TokenRequest", ["create"], "authentication.k8s.io", "v1")],
    };

    public static ResourceInfo Services { get; } = new()
    {
        Group = "",
        Kind = "Service",
        Plural = "services",
        Namespaced = true,
        ShortNames = ["svc"],
        Categories = ["all"],
        DropsStatusOnCreate = true,
        AllowsCreateOnUpdate = true,
        Subresources = ResourceInfo.WithStatus("Service"),
    };

    public static ResourceInfo ControllerRevisions { get; } =
        new() { Group = "apps", Kind = "ControllerRevision", Plural = "controllerrevisions", Namespaced = true };

    public static ResourceInfo DaemonSets { get; } = new()
    {
        Group = "apps",
        Kind = "DaemonSet",
        Plural = "daemonsets",
        Namespaced = true,
        ShortNames = ["ds"],
        Categories = ["all"],
        HasGeneration = true,
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus("DaemonSet"),
    };

    public static ResourceInfo Deployments { get; } = new()
    {
        Group = "apps",
        Kind = "Deployment",
        Plural = "deployments",
        Namespaced = true,
        ShortNames = ["deploy"],
        Categories = ["all"],
        HasGeneration = true,
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus("Deployment", Scale),
    };

    public static ResourceInfo ReplicaSets { get; } = new()
    {
        Group = "apps",
        Kind = "ReplicaSet",
        Plural = "replicasets",
        Namespaced = true,
        ShortNames = ["rs"],
        Categories = ["all"],
        HasGeneration = true,
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus("ReplicaSet", Scale),
    };

    public static ResourceInfo Leases { get; } = new()
    {
        Group = "coordination.k8s.io",
        Kind = "Lease",
        Plural = "leases",
        Namespaced = true,
        AllowsCreateOnUpdate = true,
        AllowsUnconditionalUpdate = false,
    };

    public static ResourceInfo EndpointSlices { get; } =
        new() { Group = "discovery.k8s.io", Kind = "EndpointSlice", Plural = "endpointslices", Namespaced = true, HasGeneration = true };

    /// <summary>The newer view of <see cref="Events"/>: same objects, other field names.</summary>
    public static ResourceInfo EventsV1 { get; } = new()
    {
        Group = "events.k8s.io",
        Kind = "Event",
        Plural = "events",
        Namespaced = true,
        ShortNames = ["ev"],
        AllowsCreateOnUpdate = true,
        ViewOf = Events,
    };

    public static ResourceInfo Ingresses { get; } = new()
    {
        Group = "networking.k8s.io",
        Kind = "Ingress",
        Plural = "ingresses",
        Namespaced = true,
        ShortNames = ["ing"],
        HasGeneration = true,
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus("Ingress"),
    };

    public static ResourceInfo IngressClasses { get; } =
        new() { Group = "networking.k8s.io", Kind = "IngressClass", Plural = "ingressclasses", Namespaced = false, HasGeneration = true };

    /// <summary>Stored, and not acted on.</summary>
    public static ResourceInfo NetworkPolicies { get; } = new()
    {
        Group = "networking.k8s.io",
        Kind = "NetworkPolicy",
        Plural = "networkpolicies",
        Namespaced = true,
        ShortNames = ["netpol"],
        HasGeneration = true,
    };

    /// <summary>Stored, and not acted on.</summary>
    public static ResourceInfo PodDisruptionBudgets { get; } = new()
    {
        Group = "policy",
        Kind = "PodDisruptionBudget",
        Plural = "poddisruptionbudgets",
        Namespaced = true,
        ShortNames = ["pdb"],
        HasGeneration = true,
        DropsStatusOnCreate = true,
        Subresources = ResourceInfo.WithStatus("PodDisruptionBudget"),
    };

    public static ResourceInfo ClusterRoles { get; } = Rbac("ClusterRole", "clusterroles", namespaced: false);

    public static ResourceInfo ClusterRoleBindings { get; } = Rbac("ClusterRoleBinding", "clusterrolebindings", namespaced: false);

    public static ResourceInfo Roles { get; } = Rbac("Role", "roles", namespaced: true);

    public static ResourceInfo RoleBindings { get; } = Rbac("RoleBinding", "rolebindings", namespaced: true);

    public static ResourceInfo ValidatingWebhookConfigurations { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Kind = "ValidatingWebhookConfiguration",
        Plural = "validatingwebhookconfigurations",
        Namespaced = false,
        Categories = ["api-extensions"],
        HasGeneration = true,
    };

    /// <summary>All, in discovery's order: groups as upstream lists them, resources by name.</summary>
    public static IReadOnlyList<ResourceInfo> All { get; } =
    [
        ConfigMaps, Endpoints, Events, Namespaces, Nodes, Pods, Secrets, ServiceAccounts, Services,
        ControllerRevisions, DaemonSets, Deployments, ReplicaSets,
        EventsV1,
        IngressClasses, Ingresses, NetworkPolicies,
        PodDisruptionBudgets,
        ClusterRoleBindings, ClusterRoles, RoleBindings, Roles,
        ValidatingWebhookConfigurations,
        Leases,
        EndpointSlices,
    ];

    private static readonly Dictionary<(string, string, string), ResourceInfo> ByPath = All.ToDictionary(
        r => (r.Group, r.Version, r.Plural));
    private static readonly Dictionary<(string, string), ResourceInfo> ByKind = All.ToDictionary(r => (r.ApiVersion, r.Kind));

    /// <summary>The resource served at this place, if any.</summary>
    public static ResourceInfo? Find(string group, string version, string plural) => ByPath.GetValueOrDefault((group, version, plural));

    /// <summary>The resource of this kind, if any.</summary>
    public static ResourceInfo? FindKind(string apiVersion, string kind) => ByKind.GetValueOrDefault((apiVersion, kind));

    private static ResourceInfo Rbac(string kind, string plural, bool namespaced) =>
        new() { Group = "rbac.authorization.k8s.io", Kind = kind, Plural = plural, Namespaced = namespaced, AllowsCreateOnUpdate = true };
}
