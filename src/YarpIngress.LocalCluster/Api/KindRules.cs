using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Services;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What upstream's strategies and admission plugins set on objects of single kinds.</summary>
internal static class KindRules
{
    public static void PrepareForCreate(ApiState state, ResourceInfo resource, JsonObject value)
    {
        var metadata = ObjectMetadata.Of(value);
        if (resource.DropsStatusOnCreate)
            value["status"] = new JsonObject();
        if (resource.HasGeneration)
            metadata.Generation = 1;
        else
            metadata.Generation = null;
        if (resource == ResourceCatalog.Namespaces)
        {
            value["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
            value["status"] = new JsonObject { ["phase"] = "Active" };
            metadata.SetLabel("kubernetes.io/metadata.name", metadata.Name ?? "");
        }
        else if (resource == ResourceCatalog.Pods)
        {
            PodAdmission.Prepare(state, value);
        }
        else if (resource == ResourceCatalog.Services)
        {
            value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        }
        else if (resource == ResourceCatalog.Ingresses)
        {
            value["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
            DefaultIngressClass.Set(state.Store, value);
        }
    }

    public static void PrepareForUpdate(ResourceInfo resource, JsonObject value, JsonObject old, string? subresource)
    {
        var status = subresource == "status";
        var metadata = ObjectMetadata.Of(value);
        var before = ObjectMetadata.Of(old);
        if (status)
            Keep(value, old, "spec");
        else if (resource.HasStatus)
            Keep(value, old, "status");
        if (resource == ResourceCatalog.Namespaces)
        {
            metadata.SetLabel("kubernetes.io/metadata.name", metadata.Name ?? "");
            // Only the finalize subresource lets a namespace go.
            if (subresource != "finalize")
                Keep(value, old, "spec");
        }
        if (resource == ResourceCatalog.Services && subresource is null)
            ServiceUpdate.Prepare(value, old);
        if (!resource.HasGeneration || status)
            metadata.Generation = before.Generation;
        else
            metadata.Generation = (before.Generation ?? 0) + (DesiredStateChanged(resource, value, old) ? 1 : 0);
    }

    private static bool DesiredStateChanged(ResourceInfo resource, JsonObject value, JsonObject old)
    {
        if (resource != ResourceCatalog.EndpointSlices && resource != ResourceCatalog.ValidatingWebhookConfigurations)
            return !JsonNode.DeepEquals(value["spec"], old["spec"]);
        // These have no spec: everything but metadata counts, and the labels.
        return value.Concat(old).Select(p => p.Key).Distinct().Where(k => k != "metadata").Any(k => !JsonNode.DeepEquals(value[k], old[k]))
            || !JsonNode.DeepEquals(value["metadata"]?["labels"], old["metadata"]?["labels"]);
    }

    private static void Keep(JsonObject value, JsonObject old, string name)
    {
        if (old[name] is { } kept)
            value[name] = kept.DeepClone();
        else
            value.Remove(name);
    }
}
