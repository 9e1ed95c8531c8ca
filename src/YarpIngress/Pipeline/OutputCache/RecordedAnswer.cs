using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>A pod's answer on its way to the client, of which a copy is made as long as it may be kept. Nothing of it is held back.</summary>
internal sealed class RecordedAnswer : WriteOnlyStream, IHttpResponseBodyFeature
{
    private readonly KeptAnswers _owner;
    private readonly string _key;
    private readonly IHttpResponseBodyFeature _client;
    private readonly PipeWriter _writer;
    private readonly ArrayBufferWriter<byte> _body = new();
    private KeyValuePair<string, StringValues>[] _headers = [];
    private string? _server;
    private TimeSpan _age;
    private TimeSpan _lifetime;
    private long? _length;

    public RecordedAnswer(KeptAnswers owner, string key, IHttpResponseBodyFeature client)
    {
        (_owner, _key, _client) = (owner, key, client);
        _writer = new FlushingWriter(this);
    }

    /// <inheritdoc/>
    Stream IHttpResponseBodyFeature.Stream => this;

    /// <inheritdoc/>
    PipeWriter IHttpResponseBodyFeature.Writer => _writer;

    private bool IsKept => _lifetime > TimeSpan.Zero;

    /// <summary>The pod has answered; called again when another pod is asked.</summary>
    /// <param name="response">The answer with the pod's headers, before anything is added to them.</param>
    /// <param name="server">The pod's Server header; null without one.</param>
    public void Begin(HttpResponse response, string? server)
    {
        _body.ResetWrittenCount();
        _lifetime = AnswerLifetime.Of(response.StatusCode, response.Headers, _owner.Policy, _owner.Store.Time.GetUtcNow());
        if (!IsKept)
            return;
        (_server, _age, _length) = (server, AnswerLifetime.AgeOf(response.Headers), response.ContentLength);
        // What concerns this connection only is not the pod's.
        _headers = [.. response.Headers.Where(header =>
            !header.Key.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals(HeaderNames.TransferEncoding, StringComparison.OrdinalIgnoreCase)
            && !header.Key.Equals(HeaderNames.Age, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>The exchange is over: sends what was written and not flushed, and keeps the answer if it is whole.</summary>
    public async Task FinishAsync(HttpContext context)
    {
        if (_writer.UnflushedBytes > 0 && !context.RequestAborted.IsCancellationRequested)
            await _writer.FlushAsync(context.RequestAborted);
        if (!IsKept || context.RequestAborted.IsCancellationRequested || context.Features.Get<IForwarderErrorFeature>() is not null)
            return;
        // A copy without its trailers would be another answer, and one that is too short none.
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { Count: > 0 }
            || (!isHead && _length is { } length && length != _body.WrittenCount))
            return;
        _owner.Store.Keep(new KeptAnswer
        {
            Key = _key,
            Headers = _headers,
            Server = _server,
            Body = _body.WrittenSpan.ToArray(),
            KeptAt = _owner.Store.Time.GetTimestamp(),
            AgeAtFirst = _age,
            Lifetime = _lifetime,
            Owner = _owner,
        });
    }

    /// <inheritdoc/>
    void IHttpResponseBodyFeature.DisableBuffering() => _client.DisableBuffering();

    /// <inheritdoc/>
    Task IHttpResponseBodyFeature.StartAsync(CancellationToken cancellationToken) => _client.StartAsync(cancellationToken);

    /// <inheritdoc/>
    Task IHttpResponseBodyFeature.SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    async Task IHttpResponseBodyFeature.CompleteAsync()
    {
        if (_writer.UnflushedBytes > 0)
            await _writer.FlushAsync(CancellationToken.None);
        await _client.CompleteAsync();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsKept && _body.WrittenCount + buffer.Length <= _owner.Policy.MaximumBodySize)
            _body.Write(buffer.Span);
        else
            Forget();
        await _client.Stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _client.Stream.FlushAsync(cancellationToken);

    private void Forget()
    {
        _lifetime = TimeSpan.Zero;
        _body.Clear();
    }
}
