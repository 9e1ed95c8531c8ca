using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>The scale subresource: get, put, patch.</summary>
internal static class ScaleRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var name = request.Path.Name!;
        switch (request.Http.Request.Method)
        {
            case "PUT":
                var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
                    ?? throw ApiError.BadRequest("the body of the request is empty");
                var told = new List<string>();
                await ChangeAsync(request, _ => body.Object, request.WriteOptions(body.DuplicateFields, told), told).ConfigureAwait(false);
                break;
            case "PATCH":
                var (patch, options, warnings) = await PatchRoute.ReadAsync(request).ConfigureAwait(false);
                if (patch.Kind == PatchKind.Apply)
                    throw ApiError.UnsupportedMediaType(
                        ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"]);
                var schema = SchemaCatalog.Find("autoscaling", "v1", "Scale")
                    ?? throw new InvalidOperationException("There is no schema of Scale.");
                await ChangeAsync(request, scale => patch.ApplyTo(scale, schema), options, warnings).ConfigureAwait(false);
                break;
        }
        var workload = request.Api.Get(request.Resource, request.Namespace, name).ToJson();
        await Answers.SendAsync(request.Http, 200, ScaleView.Of(workload)).ConfigureAwait(false);
    }

    private static Task ChangeAsync(ApiRequest request, Func<JsonObject, JsonObject> change, WriteOptions options, List<string> warnings) =>
        request.WriteAsync(warnings, () => request.Api.Modify(
            request.Resource,
            request.Namespace,
            request.Path.Name!,
            workload => ScaleView.Apply(workload, change(ScaleView.Of(workload))),
            options,
            "scale"));
}
