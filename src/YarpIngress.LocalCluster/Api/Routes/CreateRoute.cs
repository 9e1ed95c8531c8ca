namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>POST on a collection.</summary>
internal static class CreateRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var warnings = new List<string>();
        var options = request.WriteOptions(body.DuplicateFields, warnings);
        var created = await request.WriteAsync(
            warnings, () => request.Api.Create(request.Resource, request.Namespace, body.Object, options)).ConfigureAwait(false);
        await Answers.SendAsync(request, 201, created).ConfigureAwait(false);
    }
}
