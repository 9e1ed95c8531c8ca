using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>POST on a pod's eviction: a delete that would ask the disruption budgets, of which there are none here.</summary>
internal static class EvictionRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var name = request.Path.Name!;
        if (ObjectMetadata.Of(body.Object).Name is { Length: > 0 } other && other != name)
            throw ApiError.BadRequest($"name in URL does not match name in Eviction object: {name} != {other}");
        var options = body.Object["deleteOptions"] is JsonObject delete
            ? DeleteRoute.Parse(delete, request.Http.Request.Query["dryRun"])
            : new DeleteOptions { DryRun = ApiRequest.IsDryRun(request.Http.Request.Query["dryRun"]) };
        request.Api.Delete(request.Resource, request.Namespace, name, options);
        await Answers.SendAsync(
            request.Http,
            201,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["code"] = 201,
            }).ConfigureAwait(false);
    }
}
