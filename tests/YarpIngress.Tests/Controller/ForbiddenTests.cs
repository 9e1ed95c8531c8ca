using Microsoft.AspNetCore.Http;
using YarpIngress.Controller;
using YarpIngress.Kubernetes;
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

    [Fact]
    public async Task A_ConfigMap_that_is_refused_for_a_moment_only_is_waited_for()
    {
        var asked = 0;
        await using var server = await Origin.StartAsync(context =>
            context.Request.Path.Value!.EndsWith("/configmaps", StringComparison.Ordinal) && Interlocked.Increment(ref asked) <= 2
                ? RefuseAsync(context)
                : AnswerAsync(context));
        var options = ScriptedApi.Options(server) with { WatchNamespace = "one", ConfigMap = new ObjectKey("one", "settings") };
        await using var controller = await IngressController.StartAsync(options, TestContext.Current.CancellationToken, _ => { });
        await Wait.UntilAsync(() => controller.IsReady, "ready controller");
        using var http = new HttpClient();
        var parts = await http.GetStringAsync(
            $"http://127.0.0.1:{controller.AdminPort}/readyz?verbose", TestContext.Current.CancellationToken);
        Assert.Contains("[+]informer configmaps of --configmap: connected since", parts);
        Assert.Contains("[+]informer ingressclasses: may not be read", parts);
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
        return RefuseAsync(context);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("""{"apiVersion":"v1","kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403}""");
    }
}
