using System.Net;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Proxy.Clients;

/// <summary>
/// Sends each piece of a request body on as it comes. SocketsHttpHandler collects small writes until its buffer of 4 KB
/// is full, which would hold back the pieces of a slow stream until the client has ended it.
/// </summary>
/// <param name="inner">The handler that sends.</param>
/// <param name="sendTimeout">How long the pod may take nothing of a body; null leaves it to others.</param>
internal sealed class UnbufferedUploads(HttpMessageHandler inner, TimeSpan? sendTimeout = null) : DelegatingHandler(inner)
{
    // A body that fits the buffer leaves at its end, which is near.
    private const int BufferSize = 4096;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content && !(content.Headers.ContentLength <= BufferSize))
            request.Content = new FlushedContent(content, sendTimeout);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class FlushedContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly TimeSpan? _sendTimeout;

        public FlushedContent(HttpContent content, TimeSpan? sendTimeout)
        {
            (_content, _sendTimeout) = (content, sendTimeout);
            foreach (var (name, values) in content.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        // The token has to stay the one that came: YARP's content tells by it which protocol it is sent over.
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _content.CopyToAsync(new FlushedStream(stream, _sendTimeout), context, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Headers.ContentLength ?? 0;
            return _content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _content.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class FlushedStream(Stream stream, TimeSpan? timeout) : WriteOnlyStream
    {
        // Larger writes pass the buffer by.
        private const int LargeWrite = 8 * BufferSize;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (timeout is { } patience)
                return WriteInTimeAsync(buffer, patience, cancellationToken);
            var written = stream.WriteAsync(buffer, cancellationToken);
            if (buffer.Length >= LargeWrite)
                return written;
            return written.IsCompletedSuccessfully
                ? new ValueTask(stream.FlushAsync(cancellationToken))
                : FlushAfterAsync(written, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => stream.FlushAsync(cancellationToken);

        private async ValueTask WriteInTimeAsync(ReadOnlyMemory<byte> buffer, TimeSpan patience, CancellationToken cancellationToken)
        {
            // The stream takes no token, so a write that is given up goes on until the connection is closed: with bytes of its own,
            // since the buffer may be another request's by then.
            var bytes = buffer.ToArray();
            await stream.WriteAsync(bytes, cancellationToken).AsTask().WaitAsync(patience, cancellationToken);
            await stream.FlushAsync(cancellationToken).WaitAsync(patience, cancellationToken);
        }

        private async ValueTask FlushAfterAsync(ValueTask written, CancellationToken cancellationToken)
        {
            await written;
            await stream.FlushAsync(cancellationToken);
        }
    }
}
