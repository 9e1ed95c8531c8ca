using Microsoft.AspNetCore.Http.Features;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>
/// A request's body of unknown length on its way through YARP's forwarder: counted, and ended when it gets larger than
/// <c>proxy-body-size</c> allows. Our own forwarder counts by itself.
/// </summary>
internal sealed class LimitedBody : Stream
{
    private readonly Stream _body;
    private readonly GatewayRequest _request;

    private LimitedBody(Stream body, GatewayRequest request) => (_body, _request) = (body, request);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The same context, whose body is counted where that is needed.</summary>
    public static HttpContext On(HttpContext context)
    {
        if (context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
            && (context.Request.Headers.ContentLength is null || context.Request.Headers.TransferEncoding.Count > 0)
            && context.Request.Body is not LimitedBody
            && !BodySize.IsTunnel(context))
            context.Request.Body = new LimitedBody(context.Request.Body, GatewayRequest.Of(context));
        return context;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _body.ReadAsync(buffer, cancellationToken);
        _request.BodyBytesReceived += count;
        return BodySize.IsPassed(_request) ? throw BodySize.TooLarge() : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
