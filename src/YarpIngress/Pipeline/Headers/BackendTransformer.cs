using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Forwarding;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline.Headers;

/// <summary>
/// Makes the request to the pod and the answer to the client: target, headers, trailers. One instance for all routes,
/// since whatever differs between them is in the request's <see cref="GatewayRequest"/>.
/// </summary>
internal sealed class BackendTransformer : HttpTransformer
{
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
        {
            ThrowIfNoAnswer(proxyResponse);
            if (IsPassedOver(GatewayRequest.Of(httpContext), (int)proxyResponse.StatusCode))
                return false;
        }
        var copyBody = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is null)
            return copyBody;

        var request = GatewayRequest.Of(httpContext);
        request.IsAnswered = true;
        request.Upstream.HeadersAt = Stopwatch.GetTimestamp();
        request.Upstream.Status = (int)proxyResponse.StatusCode;
        ResponseHeaderRules.Apply(proxyResponse, httpContext.Response.Headers);
        AnswerHeaders.ApplyToPods(
            request, proxyResponse.Headers.NonValidated.TryGetValues(HeaderNames.Server, out var server) ? server.ToString() : null);
        if (request.Interception?.Takes(request, httpContext.Response.StatusCode, isPods: true) == true)
            return false;
        // RFC 9110, 15.3.6: no content, whatever the pod sends.
        if (proxyResponse.StatusCode is HttpStatusCode.ResetContent)
            return false;
        if (copyBody)
            await EarlyHeaders.SendIfBodyIsLateAsync(httpContext, proxyResponse, cancellationToken);
        return copyBody;
    }

    private static bool IsPassedOver(GatewayRequest request, int status)
    {
        if (!NextTry.IsWanted(request, status))
            return false;
        request.Upstream.HeadersAt = Stopwatch.GetTimestamp();
        request.Upstream.Status = status;
        return request.IsPassedOver = true;
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

    private static async ValueTask AfterCopy(
        ValueTask copied, HttpContext context, HttpRequestMessage proxyRequest, string destinationPrefix)
    {
        await copied;
        Finish(context, proxyRequest, destinationPrefix);
    }

    private static void Finish(HttpContext context, HttpRequestMessage proxyRequest, string destinationPrefix)
    {
        var request = GatewayRequest.Of(context);
        RequestHeaderRules.Apply(request, proxyRequest);
        AddedHeaders.RemoveVouched(request, proxyRequest.Headers);
        var headers = new MessageHeaders(proxyRequest.Headers);
        OwnHeaders.Write(request, ref headers);
        if (request.BackendHost is { } host)
            headers.Add("Host", host);
        if (request.Backend?.Policy.ConnectionHeader is { } option)
            proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Connection, option);
        proxyRequest.RequestUri = new Uri(Target(context, destinationPrefix), VerbatimUri.Options);
    }

    /// <summary>Path and query exactly as the client sent them, unless they were rewritten, behind the pod's address.</summary>
    private static string Target(HttpContext context, string destinationPrefix)
    {
        var request = GatewayRequest.Of(context);
        if (request.RewrittenTarget is { } rewritten)
            return string.Concat(destinationPrefix, rewritten);
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var start = request.PathStart;
        if (start == 0)
            return string.Concat(destinationPrefix, raw);
        var pathAndQuery = raw.AsSpan(start);
        return pathAndQuery.StartsWith('/')
            ? string.Concat(destinationPrefix, pathAndQuery)
            : string.Concat(destinationPrefix, "/", pathAndQuery);
    }

    private readonly struct MessageHeaders(HttpRequestHeaders headers) : IHeaderSink
    {
        public void Add(string name, string value)
        {
            // Remove throws for the names that .NET keeps with the content.
            if (headers.NonValidated.Contains(name))
                headers.Remove(name);
            if (value.Length > 0)
                headers.TryAddWithoutValidation(name, value);
        }

        public void Add(string name, scoped ReadOnlySpan<byte> value) => Add(name, Encoding.ASCII.GetString(value));
    }
}
