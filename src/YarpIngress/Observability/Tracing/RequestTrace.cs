using System.Diagnostics;
using System.Globalization;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy;

namespace YarpIngress.Observability.Tracing;

/// <summary>The spans of one request: the gateway's, and one for each attempt to have a pod serve it.</summary>
internal sealed class RequestTrace(SpanExport export, Activity server, SpanContextForm form)
{
    private readonly List<Activity> _tries = [];

    /// <summary>32 hexadecimal digits; null when the trace is not recorded.</summary>
    public string? TraceId { get; } = server.Recorded ? server.TraceId.ToHexString() : null;

    /// <summary>A pod is about to be tried: from here on the request's headers tell it of the attempt's span.</summary>
    public void BeginTry(HttpContext context)
    {
        var attempt = server.Recorded
            ? export.Start(HttpNames.Method(context.Request.Method), ActivityKind.Client, server.Context, DateTime.UtcNow)
            : null;
        if (attempt is not null)
            _tries.Add(attempt);
        SpanContext.Write(
            context.Request.Headers, attempt?.Context ?? server.Context, attempt is null ? server.ParentSpanId : server.SpanId, form);
    }

    /// <summary>The request has ended.</summary>
    public void End(GatewayRequest request)
    {
        if (!server.Recorded)
        {
            export.Discard(server);
            return;
        }
        var now = DateTime.UtcNow;
        var error = request.Context.Features.Get<IForwarderErrorFeature>();
        for (var i = 0; i < _tries.Count; i++)
        {
            var isLast = i == _tries.Count - 1;
            Describe(
                _tries[i], request, isLast ? request.Upstream : request.EarlierTries[i], i, now,
                isLast ? error?.Error : ForwarderError.Request);
            export.End(_tries[i]);
        }
        Describe(request, error);
        server.SetEndTime(now);
        export.End(server);
    }

    private void Describe(GatewayRequest request, IForwarderErrorFeature? error)
    {
        var context = request.Context;
        var http = context.Request;
        SetMethod(server, http.Method);
        server.SetTag("url.scheme", request.Scheme);
        // Without the query, which may hold what nobody should see.
        server.SetTag("url.path", http.Path.Value);
        server.SetTag("server.address", http.Host.Host);
        if (http.Host.Port is { } port)
            server.SetTag("server.port", port);
        server.SetTag("network.protocol.version", HttpNames.Version(http.Protocol));
        if (request.Client is { } client)
            server.SetTag("client.address", client.ToString());
        if (http.Headers.UserAgent is [{ } agent])
            server.SetTag("user_agent.original", agent);
        server.SetTag("http.request.header.x-request-id", new[] { RequestId.Of(context) });
        var status = context.Response.StatusCode;
        server.SetTag("http.response.status_code", status);
        if (status >= 500)
        {
            server.SetTag("error.type", error?.Error.ToString() ?? status.ToString(CultureInfo.InvariantCulture));
            server.SetStatus(ActivityStatusCode.Error, error?.Exception?.GetBaseException().Message);
        }
        if (request.Chosen is { } chosen)
            Name(server, chosen);
    }

    private static void Describe(
        Activity span, GatewayRequest request, in UpstreamTry attempt, int number, DateTime now, ForwarderError? error)
    {
        SetMethod(span, request.Context.Request.Method);
        if (attempt.Destination?.DestinationId is { } id && id.LastIndexOf(':') is > 0 and var colon)
        {
            span.SetTag("server.address", id[..colon].Trim('[', ']'));
            span.SetTag("server.port", int.Parse(id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
            span.SetTag("url.full", attempt.Destination.Model.Config.Address.TrimEnd('/') + request.Context.Request.Path.Value);
        }
        if (number > 0)
            span.SetTag("http.request.resend_count", number);
        if (attempt.Status > 0)
            span.SetTag("http.response.status_code", attempt.Status);
        if (attempt.Status is 0 or >= 400)
        {
            span.SetTag(
                "error.type", attempt.Status > 0
                    ? attempt.Status.ToString(CultureInfo.InvariantCulture)
                    : error?.ToString() ?? HttpNames.Other);
            span.SetStatus(ActivityStatusCode.Error);
        }
        if (request.Chosen is { } chosen)
            Name(span, chosen);
        span.SetEndTime(attempt.EndedAt > 0 ? now - Stopwatch.GetElapsedTime(attempt.EndedAt) : now);
    }

    private static void SetMethod(Activity span, string method)
    {
        var known = HttpNames.Method(method);
        span.SetTag("http.request.method", known);
        if (known == HttpNames.Other)
            span.SetTag("http.request.method_original", method.Length <= 32 ? method : method[..32]);
    }

    private static void Name(Activity span, ProxyRoute chosen)
    {
        var key = chosen.Backend.Key;
        if (chosen.Route is { } route)
        {
            span.SetTag("http.route", route.Path);
            span.SetTag("k8s.namespace.name", route.Ingress.Namespace);
            span.SetTag("k8s.ingress.name", route.Ingress.Name);
        }
        if (key.IsNone)
            return;
        span.SetTag("k8s.service.name", key.Service);
        span.SetTag("k8s.service.port", key.Port);
    }
}
