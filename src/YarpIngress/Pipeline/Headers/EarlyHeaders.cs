namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// Sends the headers of an answer before its body when the body is not there yet: Server-Sent Events that have nothing
/// to tell so far, a gRPC stream, a slow report. YARP's copier would hold them back until the first byte.
/// </summary>
/// <remarks>
/// When the first byte, or the end, is already there, headers and body go out together as ever, and an answer that ends
/// with its headers (a gRPC error) still does.
/// </remarks>
internal static class EarlyHeaders
{
    public static ValueTask SendIfBodyIsLateAsync(HttpContext context, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if ((int)response.StatusCode is < 200 or 204 or 205 or 304
            || response.Content.Headers.ContentLength == 0
            || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsConnect(context.Request.Method))
            return default;
        return WaitAsync(context, response, cancellationToken);
    }

    private static async ValueTask WaitAsync(HttpContext context, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // The same stream that the copier will get; a read of nothing completes when there is something, or the end.
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var available = body.ReadAsync(Memory<byte>.Empty, cancellationToken);
        if (available.IsCompleted)
        {
            // A failure shows again in the copier, which knows how to answer it.
            if (available.IsCompletedSuccessfully)
                _ = available.Result;
            else
                _ = available.AsTask().Exception;
            return;
        }

        await context.Response.Body.FlushAsync(cancellationToken);
        try
        {
            await available;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The copier meets it again, and by then the answer has begun: it cuts the connection.
        }
    }
}
