namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>PUT on an object or its status.</summary>
internal static class UpdateRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var warnings = new List<string>();
        var options = request.WriteOptions(body.DuplicateFields, warnings);
        var result = await request.WriteAsync(warnings, () => request.Api.Update(
            request.Resource, request.Namespace, request.Path.Name!, body.Object, options, request.Path.Subresource)).ConfigureAwait(false);
        await Answers.SendAsync(request, result.Created ? 201 : 200, result.Object).ConfigureAwait(false);
    }
}
