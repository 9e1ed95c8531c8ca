using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace YarpIngress.Observability.Metrics;

/// <summary>Answers scrapes: format by <c>Accept</c>, gzip by <c>Accept-Encoding</c>, streamed.</summary>
/// <remarks>
/// A scraper that hangs holds one piece of the text until Kestrel's minimum data rate ends its connection; no more of
/// them than <see cref="MostAtOnce"/> get as far as that.
/// </remarks>
internal sealed class MetricsEndpoint(MetricRegistry registry)
{
    private const int MostAtOnce = 8;

    private int _scrapes;

    /// <summary>Answers.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _scrapes) > MostAtOnce)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }
            // Rendering takes a while with many series; the thread here may be one that serves sockets.
            await Task.Run(() => WriteAsync(context), context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there any more to tell.
        }
        finally
        {
            Interlocked.Decrement(ref _scrapes);
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var format = ExpositionFormats.Choose(request.Headers.Accept);
        response.ContentType = format.ContentType();
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (HttpMethods.IsHead(request.Method))
            return;
        if (!TakesGzip(request))
        {
            await registry.WriteAsync(response.Body, format, context.RequestAborted);
            return;
        }
        response.Headers.ContentEncoding = "gzip";
        await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await registry.WriteAsync(gzip, format, context.RequestAborted);
    }

    private static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding.OfType<string>().ToArray(), out var encodings)
        && encodings.Any(encoding => encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);
}
