using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline;

/// <summary>
/// Requests that Kestrel can't read, and answers by itself before there is anything to serve: 400, 408, 414, 431. It tells of
/// them while its answer is still to be written, so that this one too says who answers.
/// </summary>
internal sealed class UnreadableRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Follows what Kestrel tells; nothing but this event, which costs readable requests nothing.</summary>
    public static IDisposable Watch(DiagnosticListener kestrel) =>
        kestrel.Subscribe(new UnreadableRequests(), name => name == EventName);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is not IFeatureCollection features
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            || features.Get<IHttpResponseBodyFeature>() is not { } body
            || features.Get<IHttp2StreamIdFeature>() is not null)
            return;
        // The status and an empty body are there. Kestrel would begin anew with its own headers, unless the answer has begun.
        response.Headers.Server = ServerHeader.Value;
        response.Headers.Connection = "close";
        _ = StartAsync(body);
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    private static async Task StartAsync(IHttpResponseBodyFeature body)
    {
        try
        {
            await body.StartAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone, or Kestrel was faster: it answers as it would have.
        }
    }
}
