using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>DELETE on an object or a collection.</summary>
internal static class DeleteRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var warnings = new List<string>();
        var options = await ReadOptionsAsync(request).ConfigureAwait(false) with { Admission = request.Admission(warnings) };
        var result = await request.WriteAsync(
            warnings, () => request.Api.Delete(request.Resource, request.Namespace, request.Path.Name!, options)).ConfigureAwait(false);
        // Upstream shows pods and service accounts as they were, of the others only that they are gone.
        if (!result.Gone || request.Resource == ResourceCatalog.Pods || request.Resource == ResourceCatalog.ServiceAccounts)
            await Answers.SendAsync(request, 200, result.Object).ConfigureAwait(false);
        else
            await Answers.SendAsync(request.Http, 200, Success(request.Resource, result.Object)).ConfigureAwait(false);
    }

    public static async Task HandleCollectionAsync(ApiRequest request)
    {
        var format = request.Output;
        var warnings = new List<string>();
        var options = await ReadOptionsAsync(request).ConfigureAwait(false) with { Admission = request.Admission(warnings) };
        var list = request.ListOptions();
        var deleted = await request.WriteAsync(
            warnings, () => request.Api.DeleteCollection(request.Resource, request.Namespace, list, options)).ConfigureAwait(false);
        await ListRoute.SendAsync(request, deleted, format).ConfigureAwait(false);
    }

    /// <summary>The body, or the query when there is none.</summary>
    public static async Task<DeleteOptions> ReadOptionsAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false);
        if (body is null)
        {
            return Read(
                request.Query("gracePeriodSeconds") is { } seconds && long.TryParse(seconds, out var grace) ? grace : null,
                request.Query("propagationPolicy"),
                request.Flag("orphanDependents") ? true : null,
                null,
                request.Http.Request.Query["dryRun"]);
        }
        return Parse(body.Object, request.Http.Request.Query["dryRun"]);
    }

    /// <summary>A DeleteOptions object; evictions carry one too.</summary>
    public static DeleteOptions Parse(JsonObject options, IEnumerable<string?> dryRun) => Read(
        options["gracePeriodSeconds"].AsInteger(),
        options["propagationPolicy"].AsString(),
        options["orphanDependents"]?.ToString() switch
        {
            "true" => true,
            "false" => false,
            _ => null,
        },
        options["preconditions"] as JsonObject,
        (options["dryRun"] as JsonArray)?.Select(Json.AsString).Concat(dryRun) ?? dryRun);

    private static DeleteOptions Read(long? grace, string? policy, bool? orphan, JsonObject? preconditions, IEnumerable<string?> dryRun) =>
        new()
        {
            GracePeriodSeconds = grace,
            PropagationPolicy = policy switch
            {
                null or "" => orphan switch
                {
                    true => PropagationPolicy.Orphan,
                    false => PropagationPolicy.Background,
                    null => null,
                },
                "Background" => PropagationPolicy.Background,
                "Foreground" => PropagationPolicy.Foreground,
                "Orphan" => PropagationPolicy.Orphan,
                _ => throw ApiError.Invalid(
                    "meta.k8s.io",
                    "DeleteOptions",
                    "",
                    [
                        new StatusCause(
                        "FieldValueNotSupported",
                        $"Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                        "propagationPolicy"),
                    ]),
            },
            Uid = preconditions?["uid"].AsString(),
            ResourceVersion = preconditions?["resourceVersion"].AsString(),
            DryRun = ApiRequest.IsDryRun(dryRun),
        };

    private static JsonObject Success(ResourceInfo resource, StoredObject gone)
    {
        var details = new JsonObject { ["name"] = gone.Name };
        if (resource.Group.Length > 0)
            details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        details["uid"] = gone.Uid;
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }
}
