using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// Makes the request to the pod and the answer to the client: target, headers, trailers. One instance for all routes,
/// since whatever differs between them is in the request's <see cref="GatewayRequest"/>.
/// </summary>
internal sealed class BackendTransformer : HttpTransformer
{
    private const string XForwardedFor = "X-Forwarded-For";
    private const string XForwardedHost = "X-Forwarded-Host";

    // Without it System.Uri would decode and re-encode the target; a pod is to see it byte for byte.
    private static readonly UriCreationOptions AsSent = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private PortText _port = new(0, "0");

    /// <inheritdoc/>
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken)
    {
        // Copies all headers but the hop-by-hop ones that it knows; it has nothing to wait for.
        var copied = base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        if (!copied.IsCompletedSuccessfully)
            return AfterCopy(copied, httpContext, proxyRequest, destinationPrefix);
        Finish(httpContext, proxyRequest, destinationPrefix);
        return default;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext,
        HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken)
    {
        if (proxyResponse is not null)
            ThrowIfNoAnswer(proxyResponse);
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null)
            return copyBody;

        var request = GatewayRequest.Of(httpContext);
        request.IsAnswered = true;
        request.Upstream.HeadersAt = Stopwatch.GetTimestamp();
        request.Upstream.Status = (int)proxyResponse.StatusCode;
        ResponseHeaderRules.Apply(proxyResponse, httpContext.Response.Headers);
        // RFC 9110, 15.3.6: no content, whatever the pod sends.
        if (proxyResponse.StatusCode is HttpStatusCode.ResetContent)
            return false;
        if (copyBody)
            await EarlyHeaders.SendIfBodyIsLateAsync(httpContext, proxyResponse, cancellationToken);
        return copyBody;
    }

    /// <summary>What comes as an answer and is none fails the exchange: the client gets a 502.</summary>
    private static void ThrowIfNoAnswer(HttpResponseMessage response)
    {
        if ((int)response.StatusCode < 100)
            throw new HttpRequestException($"The pod answered with the status {(int)response.StatusCode}, which is none.");
        if (response.StatusCode is HttpStatusCode.SwitchingProtocols
            && response.RequestMessage?.Headers.NonValidated.Contains(HeaderNames.Upgrade) != true)
            throw new HttpRequestException("The pod switched protocols without being asked to.");
    }

    private async ValueTask AfterCopy(ValueTask copied, HttpContext context, HttpRequestMessage proxyRequest, string destinationPrefix)
    {
        await copied;
        Finish(context, proxyRequest, destinationPrefix);
    }

    private void Finish(HttpContext context, HttpRequestMessage proxyRequest, string destinationPrefix)
    {
        var incoming = context.Request.Headers;
        var outgoing = proxyRequest.Headers;
        RequestHeaderRules.Apply(incoming, proxyRequest);

        // What the client says of itself is kept under names that say so; all else is what this process saw.
        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        var scheme = context.Request.IsHttps ? "https" : "http";
        Set(outgoing, "X-Original-Forwarded-For", incoming[XForwardedFor].ToString());
        Set(outgoing, "X-Original-Forwarded-Host", incoming[XForwardedHost].ToString());
        Set(outgoing, RequestId.HeaderName, RequestId.Of(context));
        Set(outgoing, "X-Real-IP", address);
        Set(outgoing, XForwardedFor, address);
        Set(outgoing, XForwardedHost, incoming.Host.ToString());
        Set(outgoing, "X-Forwarded-Port", Port(context.Connection.LocalPort));
        Set(outgoing, "X-Forwarded-Proto", scheme);
        Set(outgoing, "X-Forwarded-Scheme", scheme);
        Set(outgoing, "X-Scheme", scheme);

        proxyRequest.RequestUri = new Uri(Target(context, destinationPrefix), AsSent);
    }

    /// <summary>Path and query exactly as the client sent them, behind the pod's address.</summary>
    private static string Target(HttpContext context, string destinationPrefix)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var start = GatewayRequest.Of(context).PathStart;
        if (start == 0)
            return string.Concat(destinationPrefix, raw);
        var pathAndQuery = raw.AsSpan(start);
        return pathAndQuery.StartsWith('/')
            ? string.Concat(destinationPrefix, pathAndQuery)
            : string.Concat(destinationPrefix, "/", pathAndQuery);
    }

    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        if (value.Length > 0)
            headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>There are two ports, and one is used mostly: the text of the last one is kept.</summary>
    private string Port(int port)
    {
        var last = _port;
        if (last.Port != port)
            _port = last = new PortText(port, port.ToString(CultureInfo.InvariantCulture));
        return last.Text;
    }

    private sealed record PortText(int Port, string Text);
}
