using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Controllers;

/// <summary>Writes the Events of the cluster's own controllers; a repeated one counts up.</summary>
internal sealed class ClusterEvents(ApiOperations api, TimeProvider time)
{
    public void Normal(string component, StoredObject about, string reason, string message) =>
        Write(component, about, "Normal", reason, message);

    public void Warning(string component, StoredObject about, string reason, string message) =>
        Write(component, about, "Warning", reason, message);

    private void Write(string component, StoredObject about, string type, string reason, string message)
    {
        var name = $"{about.Name}.{Hash.Of(about.Uid, component, reason, message):x16}";
        var now = time.GetUtcNow().Timestamp();
        var options = WriteOptions.Default with { FieldManager = component };
        try
        {
            if (api.Find(ResourceCatalog.Events, about.Namespace, name) is null)
            {
                api.Create(ResourceCatalog.Events, about.Namespace, New(name, component, about, type, reason, message, now), options);
                return;
            }

            api.Modify(
                ResourceCatalog.Events,
                about.Namespace,
                name,
                value =>
                {
                    value["count"] = (value.NumberAt("count") ?? 1) + 1;
                    value["lastTimestamp"] = now;
                },
                options);
        }
        catch (ApiError)
        {
            // The namespace is going away, or the event just expired: the event is lost, as upstream's then are.
        }
    }

    private static JsonObject New(
        string name, string component, StoredObject about, string type, string reason, string message, string now) => new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = about.Namespace },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = about.Resource.ApiVersion,
                ["kind"] = about.Resource.Kind,
                ["namespace"] = about.Namespace,
                ["name"] = about.Name,
                ["uid"] = about.Uid,
                ["resourceVersion"] = about.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["reportingComponent"] = component,
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = type,
        };
}
