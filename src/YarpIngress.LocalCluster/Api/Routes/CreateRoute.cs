namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>POST on a collection.</summary>
internal static class CreateRoute
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var warnings = new List<string>();
        var created = request.Api.Create(
            request.Resource, request.Namespace, body.Object, request.WriteOptions(body.DuplicateFields, warnings));
        request.SendWarnings(warnings);
        await Answers.SendAsync(request, 201, created).ConfigureAwait(false);
    }
}
