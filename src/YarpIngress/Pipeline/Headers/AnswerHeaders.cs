using YarpIngress.Pipeline.Cors;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// What is configured about the headers of answers, in nginx's order: what applies to all, then what the route says, each in
/// place of what was there. The gateway's own answers get the same, error pages included.
/// </summary>
internal static class AnswerHeaders
{
    /// <summary>Finishes an answer that the gateway gives itself.</summary>
    public static void Apply(GatewayRequest request)
    {
        SetStrictTransport(request);
        if (!request.Headers.SaysNothing)
        {
            request.Context.Response.Headers.Server = request.Headers.Server;
            Add(request.Headers, request.Context.Response.Headers);
        }
        if (request.Chosen?.AnswerPolicies is { } policies)
            Set(policies, request.Context);
        request.Grant?.AddCookies(request.Context.Response);
    }

    /// <summary>Finishes an answer of a pod, all of whose headers are in the answer to the client.</summary>
    /// <param name="request">The request.</param>
    /// <param name="server">The pod's Server header; null without one.</param>
    public static void ApplyToPods(GatewayRequest request, string? server)
    {
        request.CacheEntry?.Begin(request.Context.Response, server);
        SetStrictTransport(request);
        if (!request.Headers.SaysNothing)
            ApplyGlobal(request.Headers, request.Context.Response.Headers, server);
        if (request.Chosen?.AnswerPolicies is { } policies)
        {
            if (request.Interception is { IsAnswering: true } errors)
                errors.Finish(request.Context.Response);
            if (policies.Rewrites is { } rewrites)
                AnswerRewrites.Apply(rewrites, request);
            Set(policies, request.Context);
        }
        request.Grant?.AddCookies(request.Context.Response);
    }

    // First, so that whatever is configured for answers in particular wins.
    private static void SetStrictTransport(GatewayRequest request)
    {
        if (request.Headers.StrictTransport.Count > 0 && request.Scheme == "https")
            request.Context.Response.Headers.StrictTransportSecurity = request.Headers.StrictTransport;
    }

    private static void ApplyGlobal(GlobalHeaders global, IHeaderDictionary headers, string? server)
    {
        foreach (var name in global.Hidden)
            headers.Remove(name);
        headers.Server = global.PassesServer && server is not null ? server : global.Server;
        Add(global, headers);
    }

    private static void Add(GlobalHeaders global, IHeaderDictionary headers)
    {
        foreach (var (name, value) in global.Added)
            headers[name] = value;
    }

    private static void Set(RoutePolicies policies, HttpContext context)
    {
        foreach (var (name, value) in policies.CustomHeaders?.Headers ?? [])
            context.Response.Headers[name] = value;
        if (policies.Cors is { } cors)
            CorsHeaders.Set(cors, context.Request.Headers, context.Response.Headers);
    }
}
