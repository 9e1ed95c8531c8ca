using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>
/// A pod's answer on its way to the client, of which a copy is made as long as it may be kept. Nothing of it is held back.
/// </summary>
/// <param name="owner">The route's answers.</param>
/// <param name="key">What it answers.</param>
/// <param name="coming">Where others wait for it; null when nobody does.</param>
/// <param name="client">Where it goes.</param>
/// <param name="aborted">Fires when the client is gone.</param>
internal sealed class RecordedAnswer(
    KeptAnswers owner, string key, ComingAnswer? coming, IHttpResponseBodyFeature client, CancellationToken aborted)
    : AnswerBody(client, aborted)
{
    private readonly ArrayBufferWriter<byte> _body = new();
    private KeyValuePair<string, StringValues>[] _headers = [];
    private string? _server;
    private TimeSpan _age;
    private TimeSpan _lifetime;
    private long? _length;

    private bool IsKept => _lifetime > TimeSpan.Zero;

    /// <summary>The pod has answered; called again when another pod is asked.</summary>
    /// <param name="response">The answer with the pod's headers, before anything is added to them.</param>
    /// <param name="server">The pod's Server header; null without one.</param>
    public void Begin(HttpResponse response, string? server)
    {
        _body.ResetWrittenCount();
        _lifetime = AnswerLifetime.Of(response.StatusCode, response.Headers, owner.Policy, owner.Store.Time.GetUtcNow());
        if (!IsKept)
        {
            Settle(null);
            return;
        }
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
        await FinishAsync();
        if (!IsKept || Aborted.IsCancellationRequested || context.Features.Get<IForwarderErrorFeature>() is not null)
            return;
        // A copy without its trailers would be another answer, and one that is too short none.
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { Count: > 0 }
            || (!isHead && _length is { } length && length != _body.WrittenCount))
            return;
        var answer = new KeptAnswer
        {
            Key = key,
            Headers = _headers,
            Server = _server,
            Body = _body.WrittenSpan.ToArray(),
            KeptAt = owner.Store.Time.GetTimestamp(),
            AgeAtFirst = _age,
            Lifetime = _lifetime,
            Owner = owner,
        };
        owner.Store.Keep(answer);
        Settle(answer);
    }

    /// <summary>The request is over: whoever still waits for the answer does so in vain.</summary>
    /// <param name="isAbandoned">Whether only since its client went away: another's may still fetch it.</param>
    public void Release(bool isAbandoned) => Settle(null, isAbandoned);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsKept && _body.WrittenCount + buffer.Length <= owner.Policy.MaximumBodySize)
            _body.Write(buffer.Span);
        else
            Forget();
        await Client.Stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Client.Stream.FlushAsync(cancellationToken);

    private void Forget()
    {
        _lifetime = TimeSpan.Zero;
        _body.Clear();
        Settle(null);
    }

    private void Settle(KeptAnswer? answer, bool isAbandoned = false)
    {
        if (coming is { Settled.IsCompleted: false })
            owner.Store.Settle(owner, key, coming, answer, isAbandoned);
    }
}
