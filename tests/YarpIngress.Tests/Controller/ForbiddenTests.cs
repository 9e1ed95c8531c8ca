using Microsoft.AspNetCore.Http;
using YarpIngress.Controller;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

public sealed class ForbiddenTests
{
    [Fact]
    public async Task A_Role_without_IngressClasses_is_enough_for_one_namespace()
    {
        await using var server = await Origin.StartAsync(AnswerAsync);
        var options = ScriptedApi.Options(server) with { WatchNamespace = "one" };
        await using var controller = await IngressController.StartAsync(options, TestContext.Current.CancellationToken, _ => { });
        await Wait.UntilAsync(() => controller.IsReady, "ready controller");
    }

    // An API server that lets us read nothing of the whole cluster, and holds nothing.
    private static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (context.Request.Query.ContainsKey("watch"))
            return Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        context.Response.ContentType = "application/json";
        if (path.Contains("/namespaces/one/", StringComparison.Ordinal) && !path.EndsWith("/endpoints", StringComparison.Ordinal))
            return context.Response.WriteAsync("""{"apiVersion":"v1","kind":"List","metadata":{"resourceVersion":"1"},"items":[]}""");
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("""{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403}""");
    }
}
