namespace YarpIngress.LocalCluster.Patches;

/// <summary>Fields that no manager ever owns through an endpoint, since the server sets or resets them there.</summary>
internal static class UnownedFields
{
    private static readonly string[][] Always =
    [
        ["f:apiVersion"], ["f:kind"],
        ["f:metadata", "f:name"], ["f:metadata", "f:namespace"], ["f:metadata", "f:creationTimestamp"], ["f:metadata", "f:selfLink"],
        ["f:metadata", "f:uid"], ["f:metadata", "f:generation"], ["f:metadata", "f:managedFields"], ["f:metadata", "f:resourceVersion"],
    ];

    private static readonly FieldSet Main = FieldSet.Of([.. Always, ["f:status"]]);

    private static readonly FieldSet Status = FieldSet.Of([.. Always, ["f:spec"]]);

    /// <summary>By subresource; null or empty is the object itself, where status is reset, and on status it is spec.</summary>
    public static FieldSet Of(string? subresource) => subresource == "status" ? Status : Main;
}
