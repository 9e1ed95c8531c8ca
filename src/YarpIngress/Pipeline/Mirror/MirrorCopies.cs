using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Mirror;

/// <summary>
/// Sends copies of requests. Nothing here waits for a mirror on a request's way: what a mirror does not take in time, and
/// copies beyond what may be on their way at once, are dropped.
/// </summary>
internal sealed partial class MirrorCopies : IDisposable
{
    private const int MostAtOnce = 128;

    // A dead mirror holds this many copies for as long as it takes to give up, and leaves room for the others.
    private const int MostOfOneMirror = 32;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // As nginx's proxy_read_timeout.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger<MirrorCopies> _log;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ActivityHeadersPropagator = null,
        // As nginx, whose proxy_ssl_verify is off by default.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    });

    // By authority, which only annotations name.
    private readonly ConcurrentDictionary<string, StrongBox<int>> _ofMirrors = new(StringComparer.OrdinalIgnoreCase);

    private int _underWay;
    private long _begun;
    private long _dropped;

    public MirrorCopies(ILogger<MirrorCopies> log) => _log = log;

    /// <summary>Copies that were begun to be sent.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Copies that were dropped, since too many were on their way.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Begins to send a copy; null when it is dropped.</summary>
    public MirrorBody? Begin(GatewayRequest request, MirrorPolicy policy)
    {
        if (Address(request, policy) is not { } address)
            return null;
        var ofMirror = _ofMirrors.GetOrAdd(address.Authority, static _ => new StrongBox<int>());
        var isTooMany = Interlocked.Increment(ref ofMirror.Value) > MostOfOneMirror;
        if (Interlocked.Increment(ref _underWay) > MostAtOnce || isTooMany)
        {
            Leave(ofMirror);
            Interlocked.Increment(ref _dropped);
            Log.Dropped(_log, address.Authority);
            return null;
        }
        var hasBody = policy.Body
            && !BodySize.IsTunnel(request.Context)
            && request.Context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            && request.Context.Request.ContentLength != 0;
        var body = new MirrorBody(hasBody, LengthOf(request), CancellationTokenSource.CreateLinkedTokenSource(_stop.Token));
        var message = Message(request, address, policy, hasBody ? body : null);
        Interlocked.Increment(ref _begun);
        _ = Task.Run(() => SendAsync(message, body, ofMirror), CancellationToken.None);
        return body;
    }

    /// <summary>Gives up what is on its way.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _client.Dispose();
    }

    /// <summary>The URL; null when what a client sent would make another host of it.</summary>
    private static Uri? Address(GatewayRequest request, MirrorPolicy policy)
    {
        if (policy.Target is not { Parts: [{ Literal: { } start }, ..] } target)
            return null;
        var url = target.Resolve(request);
        var authority = url.AsSpan().IndexOf("://") + 3;
        var end = url.AsSpan(authority).IndexOfAny("/?#");
        var length = end < 0 ? url.Length : authority + end;
        var isConfigured = start.Length >= length && url.AsSpan(0, length).SequenceEqual(start.AsSpan(0, length));
        return isConfigured && Uri.TryCreate(url, VerbatimUri.Options, out var address) ? address : null;
    }

    private static HttpRequestMessage Message(GatewayRequest gateway, Uri address, MirrorPolicy policy, HttpContent? body)
    {
        var request = gateway.Context.Request;
        // A WebSocket over HTTP/2 is a CONNECT (RFC 8441); of one over HTTP/1.1 this is what is left without its upgrade.
        var method = HttpMethods.IsConnect(request.Method) ? HttpMethod.Get : new HttpMethod(request.Method);
        var message = new HttpRequestMessage(method, address)
        {
            Version = HttpVersion.Version11,
            Content = body,
        };
        foreach (var (name, values) in request.Headers)
        {
            if (HopByHopHeaders.Names.Contains(name) || name.StartsWith(':') || IsOfTheMessage(name) || IsWithheld(gateway, name))
                continue;
            if (!message.Headers.TryAddWithoutValidation(name, values.ToArray()))
                body?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }
        message.Headers.Host = policy.Host;
        if (body is not null)
            body.Headers.ContentLength = LengthOf(gateway);
        return message;
    }

    private static long? LengthOf(GatewayRequest gateway) =>
        gateway.Context.Request is { Headers.TransferEncoding.Count: 0 } request ? request.ContentLength : null;

    private static bool IsOfTheMessage(string name) =>
        name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Trailer, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Expect, StringComparison.OrdinalIgnoreCase);

    // A password that the gateway asked for is not the mirror's matter either.
    private static bool IsWithheld(GatewayRequest request, string name)
    {
        foreach (var (added, value) in request.AddedHeaders)
        {
            if (value.Length == 0 && added.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    private async Task SendAsync(HttpRequestMessage message, MirrorBody body, StrongBox<int> ofMirror)
    {
        try
        {
            using (message)
            using (await _client.SendAsync(message, body.Cancelled))
                body.Sent();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            Log.Failed(_log, message.RequestUri?.Authority, error.Message);
        }
        finally
        {
            Leave(ofMirror);
            body.Close();
        }
    }

    private void Leave(StrongBox<int> ofMirror)
    {
        Interlocked.Decrement(ref ofMirror.Value);
        Interlocked.Decrement(ref _underWay);
    }

    /// <summary>How long a mirror may take to answer once it has the whole request.</summary>
    public static TimeSpan Patience => AnswerTimeout;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "The mirror {Mirror} did not take a copy: {Error}", EventName = "MirrorFailed")]
        public static partial void Failed(ILogger log, string? mirror, string error);

        [LoggerMessage(2, LogLevel.Debug,
            "A copy for the mirror {Mirror} was dropped: too many are on their way", EventName = "MirrorDropped")]
        public static partial void Dropped(ILogger log, string mirror);
    }
}
