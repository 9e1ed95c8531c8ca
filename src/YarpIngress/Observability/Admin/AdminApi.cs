using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using YarpIngress.Commands.Explain;
using YarpIngress.Commands.Explain.Streams;
using YarpIngress.Observability.Failures;
using YarpIngress.Options;

namespace YarpIngress.Observability.Admin;

/// <summary>
/// Explanations over HTTP: <c>/api/explain?url=…&amp;method=…&amp;header=…</c>, <c>/api/requests/ID</c> and
/// <c>/api/requests?recent=N</c>.
/// </summary>
/// <param name="explain">Explains from what is live; null before the first state is.</param>
/// <param name="explainStream">The same for TCP and UDP ports.</param>
/// <param name="failures">What went wrong lately.</param>
internal sealed class AdminApi(
    Func<ExplainedRequest, CancellationToken, Task<Explanation>?> explain,
    Func<ExplainedStream, CancellationToken, Task<StreamExplanation>?> explainStream,
    RecentFailures failures)
{
    private const string RequestsPath = "/api/requests";
    private const int DefaultCount = 100;

    // The control loop answers between two changes; a caller that asks all the time must not hold changes up.
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>
    /// Answers when the path is one of these; null when it is not. Whoever calls it has asked <see cref="AdminAccess"/>.
    /// </summary>
    public Task? Answer(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var query = context.Request.Query;
        if (!path.StartsWith("/api/", StringComparison.Ordinal))
            return null;
        if (path == "/api/explain")
            return query["request-id"] is [{ Length: > 0 } id] ? FailureAsync(context, id) : ExplainAsync(context);
        if (path == RequestsPath)
            return RecentAsync(context);
        return path.StartsWith(RequestsPath + "/", StringComparison.Ordinal)
            ? FailureAsync(context, path[(RequestsPath.Length + 1)..])
            : null;
    }

    private async Task ExplainAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["url"] is not [{ Length: > 0 } url])
        {
            await ErrorAsync(
                context, StatusCodes.Status400BadRequest,
                "which request? /api/explain?url=URL&method=METHOD&header=NAME:VALUE&client=ADDRESS");
            return;
        }
        var client = query["client"] is [{ Length: > 0 } address] ? address : null;
        try
        {
            if (ExplainedStream.IsNamedBy(url))
                await AnswerAsync(
                    context, await OneAsync(ct => explainStream(ExplainedStream.Parse(url, client), ct), context.RequestAborted),
                    port => port with { Text = StreamExplanationText.Write(port) }, ExplanationJson.Default.StreamExplanation);
            else
                await AnswerAsync(
                    context, await ExplainAsync(RequestOf(url, query, client), context.RequestAborted),
                    explanation => explanation with { Text = ExplanationText.Write(explanation) }, ExplanationJson.Default.Explanation);
        }
        catch (UsageException error)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, error.Message);
        }
    }

    private static ExplainedRequest RequestOf(string url, IQueryCollection query, string? client) => ExplainedRequest.Parse(
        url, query["method"] is [{ Length: > 0 } method] ? method : "GET", query["header"].OfType<string>(), client);

    private static Task AnswerAsync<T>(HttpContext context, T? explanation, Func<T, T> withText, JsonTypeInfo<T> type)
        where T : class => explanation is not null
        ? JsonAsync(context, 200, withText(explanation), type)
        : ErrorAsync(
            context, StatusCodes.Status503ServiceUnavailable, "the first state is not live yet; /readyz?verbose says what is awaited");

    private Task<Explanation?> ExplainAsync(ExplainedRequest request, CancellationToken ct) =>
        OneAsync(token => explain(request, token), ct);

    private async Task<T?> OneAsync<T>(Func<CancellationToken, Task<T>?> explained, CancellationToken ct)
        where T : class
    {
        await _one.WaitAsync(ct);
        try
        {
            return explained(ct) is { } answer ? await answer : null;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task FailureAsync(HttpContext context, string id)
    {
        if (failures.Find(id) is not { } failure)
        {
            await ErrorAsync(
                context, StatusCodes.Status404NotFound,
                $"no failed request with this id is remembered by this replica; the last {FailureRing.Size} that the gateway answered "
                + $"itself and the last {FailureRing.Size} that pods answered are, with status 400 and above");
            return;
        }
        var explanation = RequestOf(failure) is { } request ? await ExplainAsync(request, context.RequestAborted) : null;
        await JsonAsync(
            context, 200, new ExplainedFailure(failure, explanation, FailureText.Write(failure, explanation)),
            ExplanationJson.Default.ExplainedFailure);
    }

    private static ExplainedRequest? RequestOf(Failure failure)
    {
        try
        {
            var path = failure.Path.StartsWith('/') ? failure.Path : "/";
            return ExplainedRequest.Parse($"{failure.Scheme}://{failure.Host}{path}", failure.Method, []);
        }
        catch (UsageException)
        {
            return null; // It was no valid request; the failure's reason says so.
        }
    }

    private Task RecentAsync(HttpContext context)
    {
        var count = int.TryParse(context.Request.Query["recent"], out var asked) && asked > 0 ? asked : DefaultCount;
        return JsonAsync(context, 200, new FailureList([.. failures.Newest().Take(count)]), ExplanationJson.Default.FailureList);
    }

    private static Task ErrorAsync(HttpContext context, int status, string message) =>
        JsonAsync(context, status, new ErrorText(message), ExplanationJson.Default.ErrorText);

    private static Task JsonAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }
}
