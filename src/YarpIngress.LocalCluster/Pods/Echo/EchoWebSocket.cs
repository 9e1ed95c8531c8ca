using System.Buffers;
using System.Net.WebSockets;

namespace YarpIngress.LocalCluster.Pods.Echo;

/// <summary>WebSocket over HTTP/1.1 upgrade or HTTP/2 extended CONNECT: every message comes back, frame by frame.</summary>
internal static class EchoWebSocket
{
    public static async Task AnswerAsync(HttpContext context, EchoPod pod, CancellationToken cancel)
    {
        if (EchoDirectives.TryParse(context.Request.QueryString.Value, out var directives, out _))
            directives.ApplyTo(context.Response);
        if (directives.Status is not null)
            return;
        context.Response.Headers[EchoApplication.PodHeader] = pod.Identity.Name;
        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        using var goodbye = pod.Stopping.Register(() => _ = SayGoodbyeAsync(socket, cancel));
        await EchoAsync(socket, cancel);
    }

    private static async Task EchoAsync(WebSocket socket, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (true)
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
                if (frame.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.State == WebSocketState.CloseReceived)
                        await socket.CloseOutputAsync(
                            socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, cancel);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, frame.Count), frame.MessageType, frame.EndOfMessage, cancel);
            }
        }
        catch (WebSocketException)
        {
            // The client went away without a close frame.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task SayGoodbyeAsync(WebSocket socket, CancellationToken cancel)
    {
        try
        {
            if (socket.State == WebSocketState.Open)
                await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "the pod is ending", cancel);
        }
        catch (Exception e) when (
            e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It was closing already.
        }
    }
}
