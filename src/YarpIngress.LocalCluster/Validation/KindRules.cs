using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>The rules of one kind.</summary>
internal sealed record KindRules(
    Action<FieldErrors, JsonObject, ValidationOptions> Create,
    Action<FieldErrors, JsonObject, JsonObject, ValidationOptions> Update,
    Action<FieldErrors, JsonObject, JsonObject>? UpdateStatus = null)
{
    public static KindRules? Find(string group, string kind) => (group, kind) switch
    {
        ("networking.k8s.io", "Ingress") => Of(IngressRules.Create, IngressRules.Update, IngressRules.UpdateStatus),
        _ => null,
    };

    private static KindRules Of(
        Action<FieldErrors, JsonObject> create,
        Action<FieldErrors, JsonObject, JsonObject> update,
        Action<FieldErrors, JsonObject, JsonObject>? updateStatus = null) =>
        new((errors, value, _) => create(errors, value), (errors, updated, old, _) => update(errors, updated, old), updateStatus);
}
