using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// Asks authentication services. Nothing is followed, unpacked or remembered, no body is read, and what does not come in time did not
/// come.
/// </summary>
internal sealed partial class AuthClient(ClusterNames names, TimeProvider time, ILogger<AuthClient> log) : IDisposable
{
    // As proxy-connect-timeout of those that say nothing.
    private static readonly TimeSpan ConnectTimeout = BackendPolicy.DefaultConnectTimeout;

    // Tenants choose how long connections wait; each length is a pool of its own.
    private const int MostPools = 32;

    // Of one service, and so requests that wait for it.
    private const int MostConnections = 1024;

    private const int LargestHead = 64;

    private readonly ConcurrentDictionary<TimeSpan, HttpMessageInvoker> _pools = new();

    /// <summary>The answer; <see cref="AuthAnswer.None"/> when none came, or none that is one.</summary>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public async Task<AuthAnswer> AskAsync(GatewayRequest request, ExternalAuthPolicy policy, CancellationToken ct)
    {
        var route = request.Chosen?.Route?.Ingress.ToString();
        using var message = AuthRequest.Of(request, policy);
        if (message?.RequestUri is not { } address)
        {
            Log.NoUrl(log, route);
            return AuthAnswer.None;
        }
        var began = Stopwatch.GetTimestamp();
        var limit = request.Backend?.Policy.ReadTimeout ?? BackendPolicy.DefaultActivityTimeout;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(limit);
        try
        {
            // Completes with the head. What comes behind it is dropped with the answer.
            using var answer = await PoolOf(policy).SendAsync(message, late.Token);
            if (policy.IsLogged)
                Log.Answered(log, route, address.Authority, (int)answer.StatusCode, Milliseconds(began));
            return AuthAnswer.Of(answer, policy, time.GetUtcNow());
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or NotSupportedException)
        {
            // Without path and query, which may hold what nobody should see.
            Log.NoAnswer(
                log, route, address.Authority, Milliseconds(began),
                error is OperationCanceledException
                    ? string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds} s")
                    : error.GetBaseException().Message);
            return AuthAnswer.None;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var pool in _pools.Values)
            pool.Dispose();
    }

    private static long Milliseconds(long began) => (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    private HttpMessageInvoker PoolOf(ExternalAuthPolicy policy)
    {
        if (_pools.TryGetValue(policy.IdleTimeout, out var pool))
            return pool;
        return _pools.GetOrAdd(_pools.Count < MostPools ? policy.IdleTimeout : ExternalAuthPolicy.DefaultIdleTimeout, Create);
    }

    private HttpMessageInvoker Create(TimeSpan idle) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = ConnectTimeout,
        MaxConnectionsPerServer = MostConnections,
        MaxResponseHeadersLength = LargestHead,
        // A body is read only as far as it takes to use the connection again.
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionIdleTimeout = idle,
        // A name may lead elsewhere by then.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        // As nginx, whose proxy_ssl_verify is off by default.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        ConnectCallback = async (context, ct) =>
        {
            var addresses = await names.ResolveAsync(context.DnsEndPoint.Host, ct);
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "Ingress {Ingress}: the authentication service {Service} did not answer after {Milliseconds} ms: {Error}",
            EventName = "AuthNoAnswer")]
        public static partial void NoAnswer(ILogger log, string? ingress, string service, long milliseconds, string error);

        [LoggerMessage(2, LogLevel.Warning,
            "Ingress {Ingress}: with what the client sent, its auth-url is no URL that may be asked", EventName = "AuthNoUrl")]
        public static partial void NoUrl(ILogger log, string? ingress);

        [LoggerMessage(3, LogLevel.Information,
            "Ingress {Ingress}: the authentication service {Service} answered {Status} after {Milliseconds} ms",
            EventName = "AuthAnswered")]
        public static partial void Answered(ILogger log, string? ingress, string service, int status, long milliseconds);
    }
}
