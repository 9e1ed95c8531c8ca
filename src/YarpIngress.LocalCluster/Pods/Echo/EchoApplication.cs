using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>
/// How a pod answers: JSON that says what arrived, or an echo
/// in kind for WebSocket, gRPC, event streams and byte streams.
/// </summary>
internal static class EchoApplication
{
    /// <summary>Names the pod in answers that are not JSON.</summary>
    public const string PodHeader = "Echo-Pod";

    /// <summary>Tells how many bytes the request body had when it was more than <c>body</c> repeats.</summary>
    public const string BodyBytesHeader = "Echo-Body-Bytes";

    public static async Task AnswerAsync(HttpContext context)
    {
        var pod = context.Features.GetRequiredFeature<EchoPod>();
        var cancel = context.RequestAborted;
        try
        {
            if (context.WebSockets.IsWebSocketRequest)
                await EchoWebSocket.AnswerAsync(context, pod, cancel);
            else if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
                await EchoStream.AnswerGrpcAsync(context, pod, cancel);
            else
                await AnswerRequestAsync(context, pod, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && cancel.IsCancellationRequested)
        {
            // The client left: there is nobody to answer.
            context.Abort();
        }
    }

    private static async Task AnswerRequestAsync(HttpContext context, EchoPod pod, CancellationToken cancel)
    {
        if (!EchoDirectives.TryParse(context.Request.QueryString.Value, out var directives, out var error))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await WriteAsync(context, Encoding.UTF8.GetBytes(error + "\n"), "text/plain; charset=utf-8", cancel);
            return;
        }

        if (directives.Stream)
        {
            await EchoStream.AnswerAsync(context, pod, directives, cancel);
            return;
        }

        var (body, length) = await RequestBody.ReadAsync(context.Request.Body, cancel);
        var events = context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        if (directives.Delay > TimeSpan.Zero && !events)
            await Task.Delay(directives.Delay, cancel);
        var json = EchoJson.Write(context, pod, body);
        if (length > body.Length)
            context.Response.Headers[BodyBytesHeader] = length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        directives.ApplyTo(context.Response);
        if (events)
            await EchoStream.AnswerEventsAsync(context, pod, directives, json, cancel);
        else if (directives.Size is { } size)
            await WriteSizedAsync(context, json, size, cancel);
        else
            await WriteAsync(context, json, "application/json", cancel);
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel)
    {
        if (HasNoBody(context))
            return;
        context.Response.ContentType ??= contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, cancel);
    }

    /// <summary>Exactly <paramref name="size"/> bytes: the JSON, filled up with spaces; only its beginning when it is longer.</summary>
    private static async Task WriteSizedAsync(HttpContext context, ReadOnlyMemory<byte> json, long size, CancellationToken cancel)
    {
        if (HasNoBody(context))
            return;
        context.Response.ContentType ??= "application/json";
        context.Response.ContentLength = size;
        var head = json[..(int)Math.Min(json.Length, size)];
        await context.Response.Body.WriteAsync(head, cancel);
        var filling = new byte[(int)Math.Min(64 * 1024, size)];
        Array.Fill(filling, (byte)' ');
        for (var left = size - head.Length; left > 0; left -= filling.Length)
            await context.Response.Body.WriteAsync(filling.AsMemory(0, (int)Math.Min(left, filling.Length)), cancel);
    }

    private static bool HasNoBody(HttpContext context) =>
        context.Response.StatusCode is StatusCodes.Status204NoContent
            or StatusCodes.Status205ResetContent
            or StatusCodes.Status304NotModified;
}
