using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace YarpIngress.Kubernetes;

/// <summary>Connections, credentials, time-outs and repeats; knows nothing of kinds.</summary>
internal sealed partial class ApiTransport : IDisposable
{
    private const int MaxRepeats = 4;

    /// <summary>A server that asks for more is left to the caller's own back-off.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(30);

    private static readonly ProductInfoHeaderValue Agent =
        new("yarp-ingress", Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "0");

    private readonly ClusterConfig _config;
    private readonly Uri _base;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private Connections? _connections;
    private bool _disposed;

    private sealed record Connections(HttpMessageInvoker Invoker, ClientCertificate? Certificate);

    public ApiTransport(ClusterConfig config, ILogger log, TimeProvider time)
    {
        (_config, _log, _time) = (config, log, time);
        _base = config.TlsServerName is { } name && config.Server.Scheme == Uri.UriSchemeHttps
            ? new UriBuilder(config.Server) { Host = name }.Uri
            : config.Server;
    }

    /// <summary>What failed.</summary>
    public ApiErrorCounts Errors { get; } = new();

    /// <summary>The answer once its header is there and says success.</summary>
    /// <exception cref="ApiException">Anything else but cancellation.</exception>
    public async Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var refreshed = false;
        for (var repeats = 0; ; repeats++)
        {
            var credential = await CredentialAsync(request, cancellationToken).ConfigureAwait(false);
            var (response, error) = await TryAsync(request, credential, cancellationToken).ConfigureAwait(false);
            if (response is not null)
                return response;

            Errors.Add(request.Verb, error!);
            if (error!.StatusCode == 401 && !refreshed && _config.Credentials.Refuse(credential))
            {
                refreshed = true;
                Log.Refreshing(_log, error.Message);
                continue;
            }

            if (request.Method != HttpMethod.Get || error.RetryAfter is not { } wait || wait > MaxRetryAfter
                || (error.StatusCode != 429 && error.StatusCode < 500) || repeats >= MaxRepeats)
            {
                throw error;
            }

            Log.Waiting(_log, wait, error.Message);
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Has its own time limit: a plugin may have to ask somebody else first.</summary>
    private async Task<Credential> CredentialAsync(ApiRequest request, CancellationToken ct)
    {
        try
        {
            return await _config.Credentials.GetAsync(_time, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (ApiErrors.IsExpected(e))
        {
            throw ApiErrors.FromFailure(Name(request), e);
        }
    }

    private async Task<(ApiResponse? Response, ApiException? Error)> TryAsync(
        ApiRequest request, Credential credential, CancellationToken ct)
    {
        var name = Name(request);
        var patience = new Patience(request.Patience, _time, ct);
        HttpResponseMessage? response = null;
        ApiResponse? answer = null;
        try
        {
            using var message = Message(request, credential);
            response = await Invoker(credential.Certificate ?? _config.ClientCertificate)
                .SendAsync(message, patience.Token).ConfigureAwait(false);
            patience.Renew();
            if (response.IsSuccessStatusCode)
            {
                answer = new ApiResponse(response, patience, name);
                return (answer, null);
            }

            return (null, await ApiErrors.FromAnswerAsync(name, response, _time, patience.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            // Our own limit, or the handler's on connecting, which it reports in the same way.
            return (null, patience.Ended
                ? patience.Error(name, e)
                : new ApiException(name, ApiException.Unreachable, e.InnerException?.Message ?? "could not connect in time", e));
        }
        catch (Exception e) when (ApiErrors.IsExpected(e))
        {
            ct.ThrowIfCancellationRequested();
            return (null, ApiErrors.FromFailure(name, e));
        }
        finally
        {
            if (answer is null)
            {
                response?.Dispose();
                patience.Dispose();
            }
        }
    }

    private HttpRequestMessage Message(ApiRequest request, Credential credential)
    {
        var message = new HttpRequestMessage(request.Method, Url(_base, request.PathAndQuery))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.UserAgent.Add(Agent);
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Authorization = credential.Authorization;
        if (_config.Impersonate is { } other)
            Impersonate(message.Headers, other);

        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType ?? "application/json");
        }

        return message;
    }

    private static void Impersonate(HttpRequestHeaders headers, Impersonation other)
    {
        headers.Add("Impersonate-User", other.User);
        if (other.Uid is not null)
            headers.Add("Impersonate-Uid", other.Uid);
        if (other.Groups.Count > 0)
            headers.Add("Impersonate-Group", other.Groups);
        foreach (var (name, values) in other.Extra)
            headers.Add($"Impersonate-Extra-{Uri.EscapeDataString(name)}", values);
    }

    private string Name(ApiRequest request) => $"{request.Method} {Url(_config.Server, request.PathAndQuery)}";

    private static Uri Url(Uri server, string pathAndQuery) =>
        new(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + pathAndQuery, UriKind.Absolute);

    /// <summary>A new client certificate needs new connections; running answers keep theirs.</summary>
    private HttpMessageInvoker Invoker(ClientCertificate? certificate)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connections is { } current && ReferenceEquals(current.Certificate, certificate))
                return current.Invoker;

            // The old ones are left to the garbage collector: somebody may be about to use them, or read from them for long.
            _connections = new Connections(new HttpMessageInvoker(Handler(certificate)), certificate);
            return _connections.Invoker;
        }
    }

    private SocketsHttpHandler Handler(ClientCertificate? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = _config.Proxy is not null,
            Proxy = _config.Proxy is null ? null : new WebProxy(_config.Proxy),
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            EnableMultipleHttp2Connections = true,
            // A peer that vanished without a word would otherwise look like a quiet watch.
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectCallback = ConnectAsync,
        };
        handler.SslOptions.ClientCertificateContext = certificate?.Context;
        ServerTrust.Configure(handler.SslOptions, _config);
        return handler;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // With tls-server-name the request's URL holds that name, since the handler takes SNI and the name to check from there.
        var endPoint = ReferenceEquals(_base, _config.Server)
            ? context.DnsEndPoint
            : new DnsEndPoint(_config.Server.IdnHost.Trim('[', ']'), _config.Server.Port);

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return new ThreadPoolStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _connections?.Invoker.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The API server refused the credentials, getting new ones: {Error}")]
        public static partial void Refreshing(ILogger logger, string error);

        [LoggerMessage(2, LogLevel.Information, "The API server asks to wait {Wait}: {Error}")]
        public static partial void Waiting(ILogger logger, TimeSpan wait, string error);
    }
}
