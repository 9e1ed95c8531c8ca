using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Upstream's admission plugin of this name: an Ingress without a class gets the cluster's default class.</summary>
internal static class DefaultIngressClass
{
    private const string IsDefault = "ingressclass.kubernetes.io/is-default-class";
    private const string LegacyClass = "kubernetes.io/ingress.class";

    public static void Set(ObjectStore store, JsonObject ingress)
    {
        if (ingress["spec"] is not JsonObject spec || spec["ingressClassName"] is not null
            || ObjectMetadata.Of(ingress).Annotation(LegacyClass) is not null)
            return;
        // With several defaults the newest wins, then the first by name.
        var found = store.Snapshot(ResourceCatalog.IngressClasses).Objects
            .Select(c => (c.Name, Metadata: ObjectMetadata.Of(c.ToJson())))
            .Where(c => c.Metadata.Annotation(IsDefault) == "true")
            .OrderByDescending(c => c.Metadata.CreationTimestamp, StringComparer.Ordinal)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => c.Name)
            .FirstOrDefault();
        if (found is not null)
            spec["ingressClassName"] = found;
    }
}
