namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>PATCH on an object or its status.</summary>
internal static class PatchRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var (patch, options, warnings) = await ReadAsync(request).ConfigureAwait(false);
        var result = await request.WriteAsync(warnings, () => request.Api.Patch(
            request.Resource, request.Namespace, request.Path.Name!, patch, options, request.Path.Subresource)).ConfigureAwait(false);
        await Answers.SendAsync(request, result.Created ? 201 : 200, result.Object).ConfigureAwait(false);
    }

    public static async Task<(PatchBody Patch, WriteOptions Options, List<string> Warnings)> ReadAsync(ApiRequest request)
    {
        var kind = PatchBody.KindOf(request.Http.Request.ContentType);
        if (kind == PatchKind.Apply && request.Query("fieldManager") is null)
        {
            throw ApiError.Invalid(
                "meta.k8s.io", "PatchOptions", "",
                [new StatusCause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager")]);
        }
        var bytes = await RequestBody.ReadAsync(
            request.Http.Request, request.Server.Options.BodyLimit, request.Cancellation).ConfigureAwait(false);
        var body = RequestBody.Parse(bytes, yaml: kind == PatchKind.Apply);
        var warnings = new List<string>();
        return (new PatchBody(kind, body.Node), request.WriteOptions(body.DuplicateFields, warnings), warnings);
    }
}
