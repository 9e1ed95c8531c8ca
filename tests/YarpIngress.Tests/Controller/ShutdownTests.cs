using Microsoft.AspNetCore.Http;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Controller;

public sealed class ShutdownTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_requests_finish_while_the_admin_port_says_not_ready()
    {
        await using var bed = await TestBed.StartAsync();
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await answer.Task;
            await context.Response.WriteAsync("done");
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync(o => o with { PostShutdownGracePeriod = TimeSpan.FromMinutes(1) });

        var open = bed.GetAsync(controller, "web.example");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        var stopped = controller.StopAsync(Ct);
        await Wait.UntilAsync(
            async () => (await bed.AdminAsync(controller, "/readyz")).Body.Contains("[-]shutdown: in progress"), "not ready");
        Assert.Equal(503, (await bed.AdminAsync(controller, "/readyz")).Status);
        Assert.Equal(200, (await bed.AdminAsync(controller, "/healthz")).Status);
        Assert.False(controller.IsReady);
        Assert.False(stopped.IsCompleted);

        answer.SetResult();
        Assert.Equal((200, "done"), await open);
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), Ct);
    }

    [Fact]
    public async Task New_requests_are_served_through_the_grace_period_and_a_hurry_ends_it()
    {
        await using var bed = await TestBed.StartAsync();
        await using var pod = await Origin.StartAsync("web");
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        var controller = await bed.StartReadyControllerAsync(o => o with { ShutdownGracePeriod = TimeSpan.FromHours(1) });

        using var hurry = new CancellationTokenSource();
        var stopped = controller.StopAsync(hurry.Token);
        await Wait.UntilAsync(async () => (await bed.AdminAsync(controller, "/readyz")).Status == 503, "not ready");
        Assert.Equal((200, "web"), await bed.GetAsync(controller, "web.example"));
        await bed.ApplyIngressAsync("late", "late.example", "web");
        await Wait.UntilAsync(async () => await bed.GetAsync(controller, "late.example") == (200, "web"), "change during the grace period");

        await hurry.CancelAsync();
        await stopped.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Assert.ThrowsAsync<HttpRequestException>(() => bed.GetAsync(controller, "web.example"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_that_never_ends_does_not_hold_the_process(bool bySetting)
    {
        await using var bed = await TestBed.StartAsync();
        var arrived = new TaskCompletionSource();
        await using var pod = await Origin.StartAsync(async context =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await bed.ApplyServiceAsync("web", pod.EndPoint);
        await bed.ApplyIngressAsync("web", "web.example", "web");
        if (bySetting)
            await bed.ApplyAsync("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: global, namespace: default}
                data: {worker-shutdown-timeout: "1"}
                """);
        var controller = await bed.StartReadyControllerAsync(o => o with
        {
            ConfigMap = new("default", "global"),
            PostShutdownGracePeriod = bySetting ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(200),
        });
        var open = bed.GetAsync(controller, "web.example");
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await controller.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(30), Ct);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => open);
    }
}
