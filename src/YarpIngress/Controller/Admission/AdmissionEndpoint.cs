using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using YarpIngress.Controller.Following;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Observability;

namespace YarpIngress.Controller.Admission;

/// <summary>Answers admission reviews on any path, as ingress-nginx does.</summary>
/// <param name="review">Judges an Ingress; waits as long as the first state is not live.</param>
/// <param name="limits">What is taken.</param>
/// <param name="metrics">Counts.</param>
/// <param name="log">Tells of refusals.</param>
internal sealed partial class AdmissionEndpoint(
    Func<V1Ingress, CancellationToken, Task<ReviewOutcome>> review,
    AdmissionLimits limits,
    AdmissionMetrics metrics,
    ILogger<AdmissionEndpoint> log)
{
    private readonly SemaphoreSlim _turns = new(limits.Concurrent);
    private int _waiting;

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await TextAsync(context, StatusCodes.Status405MethodNotAllowed, "only POST of an AdmissionReview");
            return;
        }
        if (!context.Request.HasJsonContentType())
        {
            await TextAsync(context, StatusCodes.Status415UnsupportedMediaType, "an AdmissionReview is application/json");
            return;
        }
        if (context.Request.ContentLength > limits.Body)
        {
            await TextAsync(context, StatusCodes.Status413PayloadTooLarge, $"at most {limits.Body} bytes");
            return;
        }
        var started = Stopwatch.GetTimestamp();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(limits.Time);
        try
        {
            await TakeTurnAsync(context, time.Token);
            metrics.Took(Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            metrics.Failed.Inc();
            await TextAsync(context, StatusCodes.Status503ServiceUnavailable, "no review in time; the first state may not be live yet");
        }
        catch (OperationCanceledException)
        {
            // The API server gave up, and goes on by its failurePolicy.
            metrics.Failed.Inc();
        }
    }

    private async Task TakeTurnAsync(HttpContext context, CancellationToken ct)
    {
        var waiting = Interlocked.Increment(ref _waiting);
        try
        {
            if (waiting > limits.Waiting + limits.Concurrent)
            {
                metrics.Failed.Inc();
                context.Response.Headers.RetryAfter = "1";
                await TextAsync(context, StatusCodes.Status429TooManyRequests, $"more than {limits.Waiting} reviews wait already");
                return;
            }
            await _turns.WaitAsync(ct);
            try
            {
                await AnswerAsync(context, ct);
            }
            finally
            {
                _turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken ct)
    {
        V1AdmissionReview? question;
        try
        {
            question = await JsonSerializer.DeserializeAsync(context.Request.Body, KubernetesJson.Default.V1AdmissionReview, ct);
        }
        catch (JsonException)
        {
            question = null;
        }
        catch (BadHttpRequestException error)
        {
            metrics.Failed.Inc();
            await TextAsync(context, error.StatusCode, "the review can't be read as a whole");
            return;
        }
        if (question is not
            { ApiVersion: V1AdmissionReview.Version, Kind: "AdmissionReview", Request: { Uid: { Length: > 0 } uid } request })
        {
            metrics.Failed.Inc();
            await TextAsync(
                context, StatusCodes.Status400BadRequest, $"the body is no AdmissionReview of {V1AdmissionReview.Version} with a request");
            return;
        }

        var answer = await ReviewAsync(request, uid, ct);
        context.Response.ContentType = "application/json";
        var body = new V1AdmissionReview { ApiVersion = question.ApiVersion, Kind = question.Kind, Response = answer };
        await context.Response.WriteAsync(JsonSerializer.Serialize(body, KubernetesJson.Default.V1AdmissionReview), ct);
    }

    private async Task<V1AdmissionResponse> ReviewAsync(V1AdmissionRequest request, string uid, CancellationToken ct)
    {
        if (request.Kind is not { Group: "networking.k8s.io", Version: "v1", Kind: "Ingress" })
        {
            metrics.Allowed.Inc();
            return AdmissionAnswer.Allow(uid, "yarp-ingress reviews Ingresses of networking.k8s.io/v1 only; this object was not looked at");
        }
        // A status and a deletion change nothing that is served, and what goes must not be held up.
        if (request.Operation is not ("CREATE" or "UPDATE") || request.SubResource is { Length: > 0 } || request.Object is not { } json)
        {
            metrics.Allowed.Inc();
            return AdmissionAnswer.Allow(uid);
        }
        var (ingress, malformed) = ObjectDecoder.Decode<V1Ingress>(Bytes(json));
        if (ingress is null)
        {
            metrics.Refused.Inc();
            return AdmissionAnswer.Unreadable(uid, request.Name, malformed!.Error);
        }
        if (ingress.Metadata.DeletionTimestamp is not null || ServesTheSame(ingress, request.OldObject))
        {
            metrics.Allowed.Inc();
            return AdmissionAnswer.Allow(uid);
        }
        var outcome = await review(TrimmedObjects.Ingress(ingress), ct);
        var answer = AdmissionAnswer.Of(uid, ingress, outcome);
        (answer.Allowed ? answer.Warnings is null ? metrics.Allowed : metrics.Warned : metrics.Refused).Inc();
        if (!answer.Allowed)
            Log.Refused(log, ObjectKey.Of(ingress), request.Operation, request.UserInfo?.Username, answer.Status?.Message);
        return answer;
    }

    /// <summary>
    /// Whether the update leaves alone what is served. Labels and finalizers can be changed on an Ingress that would be refused today.
    /// </summary>
    private static bool ServesTheSame(V1Ingress ingress, JsonElement? oldObject)
    {
        if (oldObject is not { ValueKind: JsonValueKind.Object } old
            || ObjectDecoder.Decode<V1Ingress>(Bytes(old)).Object is not { } former)
            return false;
        return Served(ingress).AsSpan().SequenceEqual(Served(former));
    }

    private static byte[] Served(V1Ingress ingress)
    {
        var annotations = ingress.Metadata.Annotations?
            .Where(pair => pair.Key != TrimmedObjects.LastAppliedAnnotation)
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ToDictionary();
        return JsonSerializer.SerializeToUtf8Bytes(
            new V1Ingress
            {
                Metadata = new V1ObjectMeta { Annotations = annotations is { Count: 0 } ? null : annotations },
                Spec = ingress.Spec,
            },
            KubernetesJson.Default.V1Ingress);
    }

    private static ReadOnlySequence<byte> Bytes(JsonElement json) => new(JsonMarshal.GetRawUtf8Value(json).ToArray());

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information,
            "{Operation} of Ingress {Ingress} by {User} was refused: {Why}", EventName = "AdmissionRefused")]
        public static partial void Refused(ILogger log, ObjectKey ingress, string? operation, string? user, string? why);
    }
}
