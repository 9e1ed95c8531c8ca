using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>
/// <c>output-cache-policy</c>: gives answers that the route keeps in place of its pods, and has those of the pods kept. Of requests that
/// come at once for an answer that is not there, one asks a pod and the others wait for what it gets.
/// </summary>
internal sealed class OutputCacheStep(RequestDelegate next)
{
    // As proxy_cache_lock_timeout: a pod that hangs, or a client that reads slowly, is a matter of one request again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Chosen?.OutputCache is not { } kept)
            return next(context);
        if (CacheKey.Of(request, kept.Policy) is not { } key)
        {
            request.CacheUse = CacheUse.Bypass;
            return next(context);
        }
        var found = kept.Policy.Locks ? kept.Store.FindOrFetch(kept, key) : new(kept.Store.Find(kept, key), null, true);
        if (found.Kept is { } answer)
            return ServeAsync(request, kept, answer, CacheUse.Hit);
        return found is { Coming: { } coming, IsOwn: false }
            ? WaitAsync(request, kept, key, coming)
            : FetchAsync(request, kept, key, found.Coming);
    }

    private async Task WaitAsync(GatewayRequest request, KeptAnswers kept, string key, ComingAnswer coming)
    {
        var (context, store) = (request.Context, kept.Store);
        var since = store.Time.GetTimestamp();
        while (true)
        {
            await store.WaitAsync(coming, Patience - store.Time.GetElapsedTime(since), context.RequestAborted);
            if (context.RequestAborted.IsCancellationRequested)
            {
                await ErrorAnswer.WriteAsync(context, ErrorAnswer.ClientClosedRequest);
                return;
            }
            if (!coming.Settled.IsCompleted)
            {
                store.GiveUp(kept, key, coming);
                break;
            }
            if (!coming.IsAbandoned)
                break;
            // Its client went away: the first of those who waited fetches it in its place.
            var found = store.FindOrFetch(kept, key);
            if (found is not { Coming: { } another, IsOwn: false })
            {
                await (found.Kept is { } answer
                    ? ServeAsync(request, kept, answer, CacheUse.Shared)
                    : FetchAsync(request, kept, key, found.Coming));
                return;
            }
            coming = another;
        }
        await (coming is { Settled.IsCompleted: true, Answer: { } shared }
            ? ServeAsync(request, kept, shared, CacheUse.Shared)
            : FetchAsync(request, kept, key, coming: null));
    }

    private async Task FetchAsync(GatewayRequest request, KeptAnswers kept, string key, ComingAnswer? coming)
    {
        var context = request.Context;
        request.CacheUse = CacheUse.Miss;
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new RecordedAnswer(kept, key, coming, client, context.RequestAborted);
        context.Features.Set<IHttpResponseBodyFeature>(answer);
        request.CacheEntry = answer;
        try
        {
            await next(context);
            await answer.FinishAsync(context);
        }
        finally
        {
            request.CacheEntry = null;
            context.Features.Set(client);
            answer.Release(isAbandoned: context.RequestAborted.IsCancellationRequested);
        }
    }

    private static Task ServeAsync(GatewayRequest request, KeptAnswers kept, KeptAnswer answer, CacheUse use)
    {
        request.CacheUse = use;
        var context = request.Context;
        var response = context.Response;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        response.Headers.Age = ((long)kept.Store.AgeOf(answer).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var isKnown = IsKnown(context.Request.Headers, response.Headers);
        response.StatusCode = isKnown ? StatusCodes.Status304NotModified : StatusCodes.Status200OK;
        AnswerHeaders.ApplyToPods(request, answer.Server);
        if (isKnown)
        {
            response.ContentLength = null;
            return Task.CompletedTask;
        }
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        response.ContentLength = answer.Body.Length;
        request.BodyBytesSent += answer.Body.Length;
        return response.Body.WriteAsync(answer.Body, context.RequestAborted).AsTask();
    }

    /// <summary>Whether the client has the same already (RFC 9110, 13.2.2).</summary>
    private static bool IsKnown(IHeaderDictionary asked, IHeaderDictionary answer)
    {
        if (asked.IfNoneMatch.Count > 0)
            return answer.ETag is [{ Length: > 0 } text] && EntityTagHeaderValue.TryParse(text, out var tag)
                && EntityTagHeaderValue.TryParseList(asked.IfNoneMatch, out var known)
                && known.Any(one => one.Tag == "*" || one.Compare(tag, useStrongComparison: false));
        return HeaderUtilities.TryParseDate(asked.IfModifiedSince.ToString(), out var since)
            && HeaderUtilities.TryParseDate(answer.LastModified.ToString(), out var modified) && modified <= since;
    }
}
