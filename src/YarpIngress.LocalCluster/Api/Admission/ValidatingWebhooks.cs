using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Admission;

/// <summary>Upstream's ValidatingAdmissionWebhook for the writes of one request.</summary>
/// <param name="store">The configurations, and the Services of the webhooks.</param>
/// <param name="user">Who writes.</param>
/// <param name="warnings">Takes what the webhooks want to say.</param>
/// <param name="cancellation">Ends calls with the request.</param>
internal sealed class ValidatingWebhooks(ObjectStore store, UserInfo user, ICollection<string> warnings, CancellationToken cancellation)
{
    /// <summary>Whether any is registered.</summary>
    public static bool AnyIn(ObjectStore store) => store.Snapshot(ResourceCatalog.ValidatingWebhookConfigurations).Objects.Any();

    /// <summary>Asks every webhook that the write matches; throws <see cref="ApiError"/> when one refuses it.</summary>
    /// <remarks>Writes do not wait for anything else, so this one waits too: on a thread of the pool, never on one of a socket.</remarks>
    public void Check(AdmissionCall call)
    {
        // What registers webhooks is beyond their reach, or a broken one could never be removed.
        if (call.Resource.Group == ResourceCatalog.ValidatingWebhookConfigurations.Group)
            return;
        foreach (var configuration in store.Snapshot(ResourceCatalog.ValidatingWebhookConfigurations).Objects
            .OrderBy(stored => stored.Name, StringComparer.Ordinal))
        {
            foreach (var webhook in configuration.ToJson().Objects("webhooks"))
            {
                if (WebhookMatch.Matches(webhook, call, store))
                    Ask(webhook, call);
            }
        }
    }

    private void Ask(JsonObject webhook, AdmissionCall call)
    {
        var name = webhook.String("name") ?? "";
        JsonObject response;
        try
        {
            response = WebhookCaller.CallAsync(webhook, Review(call), store, cancellation).GetAwaiter().GetResult();
        }
        catch (WebhookCallException) when (webhook.String("failurePolicy") == "Ignore")
        {
            return;
        }
        catch (WebhookCallException error)
        {
            throw ApiError.Internal($"failed calling webhook \"{name}\": {error.Message}");
        }
        foreach (var warning in response.Array("warnings") ?? [])
            warnings.Add(warning.AsString() ?? "");
        if (response["allowed"] is not JsonValue allowed || !allowed.TryGetValue(out bool yes) || !yes)
            throw ApiError.DeniedBy(name, response.Object("status"));
    }

    private JsonObject Review(AdmissionCall call)
    {
        JsonObject Kind() => new()
        {
            ["group"] = call.Resource.Group,
            ["version"] = call.Resource.Version,
            ["kind"] = call.Resource.Kind,
        };
        JsonObject Resource() => new()
        {
            ["group"] = call.Resource.Group,
            ["version"] = call.Resource.Version,
            ["resource"] = call.Resource.Plural,
        };
        var request = new JsonObject
        {
            ["uid"] = Guid.NewGuid().ToString(),
            ["kind"] = Kind(),
            ["resource"] = Resource(),
            ["requestKind"] = Kind(),
            ["requestResource"] = Resource(),
            ["name"] = call.Name,
            ["operation"] = call.Operation,
            ["userInfo"] = user.ToJson(),
            ["object"] = Typed(call.Object, call),
            ["oldObject"] = Typed(call.OldObject, call),
            ["dryRun"] = call.DryRun,
        };
        if (call.Subresource is not null)
            (request["subResource"], request["requestSubResource"]) = (call.Subresource, call.Subresource);
        if (call.Namespace is not null)
            request["namespace"] = call.Namespace;
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    private static JsonObject? Typed(JsonObject? value, AdmissionCall call)
    {
        if (value?.DeepClone() is not JsonObject copy)
            return null;
        (copy["kind"], copy["apiVersion"]) = (call.Resource.Kind, call.Resource.ApiVersion);
        return copy;
    }
}
