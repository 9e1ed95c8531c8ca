using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using YarpIngress.Pipeline.Headers;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary><c>output-cache-policy</c>: gives answers that the route keeps in place of its pods, and has those of the pods kept.</summary>
internal sealed class OutputCacheStep(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Chosen?.OutputCache is not { } kept || CacheKey.Of(request, kept.Policy) is not { } key)
            return next(context);
        return kept.Store.Find(kept, key) is { } answer ? ServeAsync(request, kept, answer) : RecordAsync(request, kept, key);
    }

    private async Task RecordAsync(GatewayRequest request, KeptAnswers kept, string key)
    {
        var context = request.Context;
        var client = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new RecordedAnswer(kept, key, client, context.RequestAborted);
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
        }
    }

    private static Task ServeAsync(GatewayRequest request, KeptAnswers kept, KeptAnswer answer)
    {
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
