using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// A request's body on its way through YARP's forwarder: counted, and ended when it gets larger than <c>proxy-body-size</c>
/// or slower than <c>client-body-timeout</c> allows. Our own forwarder does so by itself.
/// </summary>
internal sealed class LimitedBody : ReadOnlyStream
{
    private readonly Stream _body;
    private readonly GatewayRequest _request;
    private readonly TimeSpan _timeout;

    private LimitedBody(Stream body, GatewayRequest request, TimeSpan timeout) => (_body, _request, _timeout) = (body, request, timeout);

    /// <summary>The same context, whose body is looked after where that is needed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="timeout">How long its client may send nothing.</param>
    public static HttpContext On(HttpContext context, TimeSpan timeout)
    {
        var request = GatewayRequest.Of(context);
        if (context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
            && request.BufferedBody is null
            && context.Request.Body is not LimitedBody
            && !BodySize.IsTunnel(context))
            context.Request.Body = new LimitedBody(context.Request.Body, request, timeout);
        return context;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await ReadInTimeAsync(buffer, cancellationToken);
        _request.BodyBytesReceived += count;
        return BodySize.IsPassed(_request) ? throw BodySize.TooLarge() : count;
    }

    private async ValueTask<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeout);
        try
        {
            return await _body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SlowBody.Error();
        }
    }
}
