using System.Buffers;
using System.Text;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>Answers that begin before the request has ended: byte streams, gRPC and event streams.</summary>
internal static class EchoStream
{
    /// <summary>Sends the request body back as it arrives.</summary>
    public static async Task AnswerAsync(HttpContext context, EchoPod pod, EchoDirectives directives, CancellationToken cancel)
    {
        directives.ApplyTo(context.Response);
        context.Response.ContentType ??= context.Request.ContentType ?? "application/octet-stream";
        context.Response.Headers[EchoApplication.PodHeader] = pod.Identity.Name;
        await context.Response.StartAsync(cancel);
        await context.Response.Body.FlushAsync(cancel);
        await CopyAsync(context, cancel);
    }

    /// <summary>Any method of any service: every message comes back as it arrives, then status 0.</summary>
    /// <remarks>Messages are framed alike both ways, so bytes can be sent back as they are, compressed ones too.</remarks>
    public static async Task AnswerGrpcAsync(HttpContext context, EchoPod pod, CancellationToken cancel)
    {
        var response = context.Response;
        if (!response.SupportsTrailers())
        {
            response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        response.ContentType = context.Request.ContentType;
        if (context.Request.Headers.TryGetValue("grpc-encoding", out var encoding))
            response.Headers["grpc-encoding"] = encoding;
        response.Headers[EchoApplication.PodHeader] = pod.Identity.Name;
        await response.StartAsync(cancel);
        await response.Body.FlushAsync(cancel);
        await CopyAsync(context, cancel);
        response.AppendTrailer("grpc-status", "0");
        response.AppendTrailer("grpc-message", "");
    }

    /// <summary>Server-Sent Events: the JSON as the data of each event.</summary>
    public static async Task AnswerEventsAsync(
        HttpContext context, EchoPod pod, EchoDirectives directives, byte[] json, CancellationToken cancel)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[EchoApplication.PodHeader] = pod.Identity.Name;
        var pause = directives.Delay > TimeSpan.Zero ? directives.Delay : TimeSpan.FromMilliseconds(100);
        var data = Encoding.UTF8.GetString(json).TrimEnd();
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancel, pod.Stopping);
        for (var id = 1; id <= directives.Events; id++)
        {
            await context.Response.WriteAsync($"id: {id}\ndata: {data}\n\n", cancel);
            await context.Response.Body.FlushAsync(cancel);
            if (id == directives.Events)
                break;
            try
            {
                await Task.Delay(pause, until.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The pod is ending: the stream ends between two events.
                break;
            }
        }
    }

    private static async Task CopyAsync(HttpContext context, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, cancel)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancel);
                await context.Response.Body.FlushAsync(cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
