using System.Buffers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using YarpIngress.Pipeline.Blocked;
using YarpIngress.Pipeline.ClientCertificates;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Health;
using YarpIngress.Pipeline.Metrics;
using YarpIngress.Pipeline.Passthrough;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Pipeline.Routing;

/// <summary>
/// Finds the route by host and path, and refuses what can't be routed safely. From here on the request's
/// <see cref="GatewayRequest"/> has a route.
/// </summary>
internal sealed class RouteSelection(
    RequestDelegate next, DataPlane dataPlane, Blocks blocks, HealthCheck health, HttpTransformer transformer)
{
    private const int StackLimit = 512;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsForwardable(context))
            return ErrorAnswer.WriteAsync(context, StatusCodes.Status405MethodNotAllowed);

        if (request.Headers.TransferEncoding.Count > 0 && !IsSoundlyFramed(request))
            return RefuseAsync(context);

        if (!TryReadHost(request, out var host))
            return RefuseAsync(context);

        var target = GatewayRequest.Of(context).RawTarget;
        if (!RequestPath.TryFindPathAndQuery(target, out var start))
            return RefuseAsync(context);
        ProxyRoute? route;
        HostEntry<ProxyRoute>? entry;
        IReadOnlyList<string>? methods;
        try
        {
            var facts = new RequestFacts(request.Method, request.Headers, target);
            if (!TryMatch(host, target.AsSpan(start), facts, out route, out entry, out methods))
                return RefuseAsync(context);
        }
        catch (RegexMatchTimeoutException)
        {
            // Not the next route, which may be less protected.
            return ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError);
        }
        var chosen = GatewayRequest.Of(context);
        if (blocks.Current?.StatusFor(chosen) is { } blocked)
        {
            chosen.RejectedBy = Rejection.Blocked;
            return ErrorAnswer.WriteAsync(context, blocked);
        }
        chosen.IsForUnknownHost = entry is null or { Host: "" };
        if (chosen.IsForUnknownHost && health.IsAskedFor(target.AsSpan(start), route))
            return health.AnswerAsync(chosen);
        if (route is not null)
            chosen.Choose(route, start);
        // Of the whole host, whatever of it is asked for, and whether there is such a thing or not.
        if (entry?.Passthrough is not null && PassedThroughHost.Refuse(context) is { } misdirected)
            return misdirected;
        if (entry?.Tls?.Clients is { } clients && ClientCertificateCheck.Refuse(context, host, clients) is { } refused)
            return refused;
        if (route is null)
            return methods is null
                ? ErrorAnswer.WriteAsync(context, StatusCodes.Status404NotFound)
                // As ASP.NET's routing, and so YARP itself, answers.
                : ErrorAnswer.WriteAsync(
                    context, StatusCodes.Status405MethodNotAllowed, headers: [new("Allow", string.Join(", ", methods))]);
        // Without a backend the route may still have an answer of its own; if it has none, the step before the forwarder answers 503.
        if (route.Backend.Cluster is { } cluster)
            chosen.Use(route, cluster, transformer);
        return next(context);
    }

    /// <summary>Who sends what can't be read may have meant something else by what follows, too.</summary>
    private static Task RefuseAsync(HttpContext context) => ErrorAnswer.WriteAsync(
        context, StatusCodes.Status400BadRequest, closes: !HttpProtocol.IsHttp2(context.Request.Protocol));

    private static bool TryReadHost(HttpRequest request, out ReadOnlySpan<char> host)
    {
        host = [];
        var header = request.Headers.Host;
        // HTTP/1.0 may do without a host.
        return header.Count == 1
            ? RequestHost.TryParse(header[0], out host)
            : header.Count == 0 && HttpProtocol.IsHttp10(request.Protocol);
    }

    /// <summary>
    /// RFC 9112, 6.1: who sends a length beside chunks, chunks in HTTP/1.0, or says so in another way than anybody else, may have got
    /// a proxy in front to end the request elsewhere. Kestrel reads the chunks and keeps the length under another name.
    /// </summary>
    private static bool IsSoundlyFramed(HttpRequest request) =>
        request.Headers.ContentLength is null
        && !request.Headers.ContainsKey("X-Content-Length")
        && HttpProtocol.IsHttp11(request.Protocol)
        && request.Headers.TransferEncoding is [{ } coding]
        && coding.Equals("chunked", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// CONNECT asks for a tunnel and TRACE for an echo; nginx refuses both. WebSocket over HTTP/2 is a CONNECT too, an
    /// extended one.
    /// </summary>
    private static bool IsForwardable(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsTrace(method))
            return false;
        return !HttpMethods.IsConnect(method)
            || (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect
                && string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase));
    }

    private bool TryMatch(
        ReadOnlySpan<char> host, ReadOnlySpan<char> pathAndQuery, in RequestFacts facts,
        out ProxyRoute? route, out HostEntry<ProxyRoute>? entry, out IReadOnlyList<string>? methods)
    {
        char[]? rented = null;
        var scratch = pathAndQuery.Length < StackLimit
            ? stackalloc char[StackLimit]
            : (rented = ArrayPool<char>.Shared.Rent(pathAndQuery.Length + 1));
        var isValid = RequestPath.TryNormalize(pathAndQuery, scratch, out var path);
        route = null;
        entry = null;
        methods = null;
        if (isValid)
        {
            var match = dataPlane.Routes.Match(host, path, facts);
            route = match.Route ?? dataPlane.DefaultRoute;
            entry = match.Host;
            if (route is null)
                methods = entry?.MethodsFor(path);
            // A path that is its own normal form can be read in no other way.
            isValid = path.Overlaps(pathAndQuery) || !GuardedPaths.IsAmbiguous(match, route, facts.Path, facts);
        }
        if (rented is not null)
            ArrayPool<char>.Shared.Return(rented);
        return isValid;
    }
}
