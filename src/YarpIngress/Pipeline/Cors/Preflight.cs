using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.Cors;

/// <summary>
/// Answers a browser's question whether another site's page may send a request. It carries no credentials, so it comes before
/// everything that would ask for some.
/// </summary>
internal sealed class Preflight(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        return request.Policies.Cors is { } cors
            && HttpMethods.IsOptions(context.Request.Method)
            && cors.Allows(context.Request.Headers.Origin.ToString())
                ? Answer(request)
                : next(context);
    }

    private static Task Answer(GatewayRequest request)
    {
        var response = request.Context.Response;
        response.StatusCode = StatusCodes.Status204NoContent;
        response.ContentType = "text/plain charset=UTF-8";
        response.Headers.Server = ServerHeader.Value;
        AnswerHeaders.Apply(request);
        return Task.CompletedTask;
    }
}
