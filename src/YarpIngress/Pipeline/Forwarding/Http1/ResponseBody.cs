using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>Passes the body of an answer on to the client, each piece as it comes (RFC 9112, 6.3).</summary>
internal static class ResponseBody
{
    // Then others get their turn, should both sides be so fast that nothing ever waits.
    private const int RoundsAtATime = 32;

    /// <summary>Whether the answer has a body at all, whatever its headers say.</summary>
    public static bool Exists(HttpContext context, ResponseHead head) =>
        head.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
        && head.ContentLength != 0
        && !HttpMethods.IsHead(context.Request.Method);

    /// <summary>
    /// Whether the connection is behind the answer once its head was read: there is nothing that was not taken from it.
    /// </summary>
    public static bool EndsWithHead(HttpContext context, ResponseHead head) =>
        // RFC 9110, 15.3.6: a pod that sends content with a 205 all the same would send it as the next answer.
        head.Status != StatusCodes.Status205ResetContent || HttpMethods.IsHead(context.Request.Method) || head.ContentLength == 0;

    /// <summary>Passes on the body. What came whole with the head is not flushed: it leaves together with the headers.</summary>
    /// <exception cref="PodException">The pod did not send all of it, or something else.</exception>
    public static async ValueTask CopyAsync(GatewayRequest request, PodConnection connection)
    {
        var context = request.Context;
        var writer = context.Response.BodyWriter;
        var head = connection.Head;
        var left = head.IsChunked || head.ContentLength < 0 ? long.MaxValue : head.ContentLength;
        var chunks = new ChunkedBody(head.IsChunked ? Trailers(context) : null);
        for (var round = 1; ; round++)
        {
            var before = request.BodyBytesSent;
            if (head.IsChunked)
                Take(connection, writer, ref chunks, request);
            else
                left -= Take(connection, writer, left, request);
            var hasNew = request.BodyBytesSent > before;
            if (left == 0 || chunks.IsComplete)
            {
                // Once an answer has begun, Kestrel sends its end only where there is one to write: a last chunk, a frame.
                if (round > 1 && hasNew && IsWithoutEnd(context, isChunked: left > 0))
                    await FlushAsync(writer, connection);
                return;
            }
            if (hasNew)
                await FlushAsync(writer, connection);
            if (left > PodConnection.InitialBuffer && (!head.IsChunked || chunks.IsInLargeChunk))
                connection.Widen();

            var receive = connection.ReceiveAsync();
            // The headers go before a body that is late: Server-Sent Events that have nothing to tell so far, a slow report.
            if (round == 1 && !hasNew && !receive.IsCompleted)
                await FlushAsync(writer, connection);
            if (await receive == 0)
            {
                // RFC 9112, 6.3: without a length the end of the connection is the end of the body.
                if (!head.IsChunked && head.ContentLength < 0)
                    return;
                throw new PodException(HttpRequestError.ResponseEnded, "The pod closed the connection in the middle of its answer.");
            }
            if (round % RoundsAtATime == 0)
                await Task.Yield();
        }
    }

    private static bool IsWithoutEnd(HttpContext context, bool isChunked) =>
        isChunked ? HttpProtocol.IsHttp10(context.Request.Protocol) : !HttpProtocol.IsHttp2(context.Request.Protocol);

    private static int Take(PodConnection connection, PipeWriter writer, long left, GatewayRequest request)
    {
        var bytes = connection.Unread;
        if (bytes.Length > left)
            bytes = bytes[..(int)left];
        if (!bytes.IsEmpty)
        {
            writer.Write(bytes);
            request.BodyBytesSent += bytes.Length;
            connection.Consume(bytes.Length);
        }
        return bytes.Length;
    }

    private static void Take(PodConnection connection, PipeWriter writer, ref ChunkedBody chunks, GatewayRequest request)
    {
        var written = 0L;
        try
        {
            connection.Consume(chunks.Read(connection.Unread, writer, ref written));
        }
        finally
        {
            request.BodyBytesSent += written;
        }
    }

    private static async ValueTask FlushAsync(PipeWriter writer, PodConnection connection)
    {
        var flushed = await writer.FlushAsync(connection.Ended);
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException("The client takes no more of the answer.");
        connection.Touch();
    }

    private static IHeaderDictionary? Trailers(HttpContext context) =>
        context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers ? trailers : null;
}
