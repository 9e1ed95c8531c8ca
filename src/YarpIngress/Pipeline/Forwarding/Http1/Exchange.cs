using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Bodies;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>One request and its answer over one connection.</summary>
internal static class Exchange
{
    // RFC 9110, 15.2: any number may come; nobody sends that many.
    private const int MaximumInterims = 16;

    /// <summary>Runs the exchange. Afterwards the connection is back in its pool, or closed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<ExchangeEnd> RunAsync(
        GatewayRequest request, EndpointPool pool, PodConnection connection, RequestBody body, BackendPolicy policy)
    {
        var context = request.Context;
        var aborted = context.RequestAborted;
        var readTimeout = policy.ReadTimeout ?? BackendPolicy.DefaultActivityTimeout;
        connection.BeginExchange(
            // As long as a body comes, it is the client that is waited for.
            body.Exists ? pool.Limits.ClientTimeout : readTimeout, policy.SendTimeout ?? BackendPolicy.DefaultActivityTimeout);
        var registration = aborted.UnsafeRegister(static state => ((PodConnection)state!).End(EndReason.ClientGone), connection);
        Task<UploadEnd>? upload = null;
        try
        {
            await SendHeadAsync(request, pool, connection, body);
            if (body.IsExpectingContinue)
            {
                var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var answer = ReadHeadAsync(request, connection, asked).AsTask();
                using (var enough = CancellationTokenSource.CreateLinkedTokenSource(connection.Ended))
                {
                    await Task.WhenAny(answer, asked.Task, Task.Delay(pool.Limits.ContinueTimeout, enough.Token));
                    await enough.CancelAsync();
                }
                // Asked for, or a pod that knows nothing of this; unless it has answered instead.
                if (!answer.IsCompleted)
                    upload = Upload.RunAsync(request, connection, body, readTimeout, aborted);
                await answer;
            }
            else
            {
                if (body.Exists)
                    upload = Upload.RunAsync(request, connection, body, readTimeout, aborted);
                await ReadHeadAsync(request, connection, asked: null);
            }
            if (NextTry.IsWanted(request, connection.Head.Status))
                return await PassOverAsync(request, connection, registration, upload);
            // Somebody else answers for it: what follows is not read.
            var isIntercepted = request.Interception?.Takes(request, connection.Head.Status, isPods: true) == true;
            var hasBody = !isIntercepted && ResponseBody.Exists(context, connection.Head);
            if (hasBody)
                await ResponseBody.CopyAsync(request, connection);

            var isWhole = !body.Exists || upload is { IsCompletedSuccessfully: true, Result.Outcome: UploadOutcome.Complete };
            var isFramed = hasBody
                ? connection.Head.IsChunked || connection.Head.ContentLength > 0
                : !isIntercepted && ResponseBody.EndsWithHead(context, connection.Head);
            // A callback that runs already may end the connection at any time.
            var isOurs = registration.Unregister() || !aborted.CanBeCanceled;
            Count(request, connection);
            if (isWhole && isFramed && isOurs && connection.Head.KeepsConnection && !RequestHead.SaysClose(policy, pool))
                pool.Return(connection);
            else
                connection.Close();
            // RFC 9112, 9.5: an answer ends the exchange, whatever of the request is still to come.
            if (!isWhole)
                await EndUploadAsync(request, connection, upload, isIntercepted, pool.Limits.LingeringTime, aborted);
            return new ExchangeEnd(ForwarderError.None);
        }
        catch (Exception e)
        {
            registration.Unregister();
            Count(request, connection);
            var reason = connection.EndReason;
            connection.End(EndReason.Over);
            var uploaded = upload is null ? default : await StopAsync(request, upload);
            connection.Close();
            return Failure.Of(request, connection, body, e, reason, uploaded);
        }
    }

    /// <summary>Another pod shall be asked: nothing more of this answer is read.</summary>
    private static async ValueTask<ExchangeEnd> PassOverAsync(
        GatewayRequest request, PodConnection connection, CancellationTokenRegistration registration, Task<UploadEnd>? upload)
    {
        registration.Unregister();
        Count(request, connection);
        connection.End(EndReason.Over);
        if (upload is not null)
            await StopAsync(request, upload);
        connection.Close();
        request.IsPassedOver = true;
        return new ExchangeEnd(ForwarderError.None);
    }

    private static async ValueTask SendHeadAsync(GatewayRequest request, EndpointPool pool, PodConnection connection, RequestBody body)
    {
        var head = RequestHead.Write(request, pool, body, out var length);
        try
        {
            await connection.SendAsync(head.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }

    /// <summary>Reads up to the end of the final answer's head.</summary>
    private static async ValueTask ReadHeadAsync(GatewayRequest request, PodConnection connection, TaskCompletionSource? asked)
    {
        var head = connection.Head;
        head.Reset();
        head.MaximumSize = request.Backend?.Policy.MaximumHeadSize ?? ResponseHead.DefaultMaximumSize;
        var interims = 0;
        while (true)
        {
            if (connection.Unread.IsEmpty && await connection.ReceiveAsync() == 0)
                throw new PodException(HttpRequestError.ResponseEnded, "The pod closed the connection without an answer.");
            var isComplete = head.TryRead(connection.Unread, request.Context.Response, out var consumed);
            connection.Consume(consumed);
            if (!isComplete)
            {
                if (!connection.Unread.IsEmpty && await connection.ReceiveAsync() == 0)
                    throw new PodException(HttpRequestError.ResponseEnded, "The pod closed the connection in the head of its answer.");
                continue;
            }
            if (!head.IsInterim)
                break;
            if (++interims > MaximumInterims)
                throw PodException.Invalid($"More than {MaximumInterims} interim answers.");
            if (head.Status == StatusCodes.Status100Continue)
                asked?.TrySetResult();
            head.Reset();
        }
        request.IsAnswered = true;
        request.Upstream.HeadersAt = Stopwatch.GetTimestamp();
        request.Upstream.Status = head.Status;
        request.HeadBytesSent = head.Size;
        AnswerHeaders.ApplyToPods(request, head.Server);
    }

    private static void Count(GatewayRequest request, PodConnection connection)
    {
        request.Upstream.BytesSent = connection.BytesSent;
        request.Upstream.BytesReceived = connection.BytesReceived;
    }

    private static Task<UploadEnd> StopAsync(GatewayRequest request, Task<UploadEnd> upload)
    {
        // Not with a token: after that Kestrel could not read the rest away.
        if (!upload.IsCompleted)
            request.Context.Request.BodyReader.CancelPendingRead();
        return upload;
    }

    /// <summary>
    /// The answer is there before the pod has all of the request. As nginx does: the pod gets no more, the client gets the
    /// end of the answer, and what it still sends is thrown away for a while, since many write before they read.
    /// </summary>
    private static async ValueTask EndUploadAsync(
        GatewayRequest request, PodConnection connection, Task<UploadEnd>? upload, bool isIntercepted, TimeSpan time,
        CancellationToken aborted)
    {
        connection.End(EndReason.Over);
        if (upload is not null && await StopAsync(request, upload) is { Outcome: UploadOutcome.ClientFailed or UploadOutcome.Complete })
            return;
        if (isIntercepted)
            return;
        // Over HTTP/2 Kestrel tells the client to stop (RFC 9113, 8.1). A body that was never asked for need not come.
        if (!HttpProtocol.IsHttp11(request.Context.Request.Protocol) || upload is null || request.BufferedBody is not null)
            return;
        await request.Context.Response.CompleteAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(time);
        await DiscardedBody.ReadAsync(request, patience.Token);
    }
}
