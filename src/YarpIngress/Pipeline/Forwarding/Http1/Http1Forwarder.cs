using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>
/// Forwards requests to pods that speak HTTP/1.1 in clear, which is nearly all of them: the client's headers are written
/// straight to the pod's connection, and the pod's answer is read straight into the client's. Everything else (TLS, h2c,
/// WebSockets) goes to YARP's own forwarder, which has a message of HttpClient in between.
/// </summary>
internal sealed class Http1Forwarder(IHttpForwarder yarp, ConnectionPools pools) : IHttpForwarder
{
    // The third fails for a reason.
    private const int MaximumAttempts = 3;

    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer,
        CancellationToken cancellationToken) =>
        IsPlainHttp1(context, destinationPrefix, requestConfig, transformer)
            ? ForwardAsync(GatewayRequest.Of(context), pools.Of(destinationPrefix))
            : yarp.SendAsync(
                LimitedBody.On(context, pools.Limits.ClientTimeout),
                destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);

    private static bool IsPlainHttp1(HttpContext context, string address, ForwarderRequestConfig config, HttpTransformer transformer) =>
        config.Version is { Major: 1 }
        && transformer is BackendTransformer
        && address.StartsWith("http://", StringComparison.Ordinal)
        && !HttpMethods.IsConnect(context.Request.Method)
        && (context.Request.Headers.Upgrade.Count == 0 || context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true });

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<ForwarderError> ForwardAsync(GatewayRequest request, EndpointPool pool)
    {
        var body = RequestBody.Of(request.Context);
        var policy = request.Backend?.Policy ?? BackendPolicy.None;
        for (var attempt = 1; ; attempt++)
        {
            ExchangeEnd end;
            try
            {
                var connection = (attempt == 1 ? TakeIdle(pool, request, body) : null)

                        ?? await pool.ConnectAsync(
                            policy.ConnectTimeout ?? BackendPolicy.DefaultConnectTimeout, request.Context.RequestAborted);
                request.Upstream.ConnectedAt = Stopwatch.GetTimestamp();
                end = await Exchange.RunAsync(request, pool, connection, body, policy);
            }
            catch (Exception e) when (e is PodException or OperationCanceledException)
            {
                end = Failure.OfConnecting(request.Context, e);
            }
            if (end.Error is ForwarderError.None)
                return ForwarderError.None;
            if (end.MayRepeat && attempt < MaximumAttempts && !request.Context.RequestAborted.IsCancellationRequested)
                continue;
            Report(request, end);
            return end.Error;
        }
    }

    /// <summary>
    /// A connection that waits. The pod may have closed it just now; for a request that can't be repeated the kernel is
    /// asked too, which knows of it before this process is told.
    /// </summary>
    private static PodConnection? TakeIdle(EndpointPool pool, GatewayRequest request, RequestBody body)
    {
        while (pool.TryTake() is { } connection)
        {
            if ((!body.Exists && Failure.IsIdempotent(request.Context.Request.Method)) || !connection.IsReadable())
                return connection;
            connection.Close();
        }
        return null;
    }

    private static void Report(GatewayRequest request, ExchangeEnd end)
    {
        var context = request.Context;
        context.Features.Set<IForwarderErrorFeature>(new ForwarderErrorFeature(end.Error, end.Failure));
        if (!context.Response.HasStarted && request.BodyBytesSent == 0)
        {
            context.Response.Clear();
            context.Response.StatusCode = end.Status;
            request.IsAnswered = false;
            return;
        }
        // An answer that has begun is cut off, so that nobody takes it for whole. RFC 9113, 7: CANCEL, INTERNAL_ERROR.
        if (context.Features.Get<IHttpResetFeature>() is { } stream)
            stream.Reset(end.Error is ForwarderError.ResponseBodyCanceled ? 8 : 2);
        else
            context.Abort();
    }

    private sealed record ForwarderErrorFeature(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
