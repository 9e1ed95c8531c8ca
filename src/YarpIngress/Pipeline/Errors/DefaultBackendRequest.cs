using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline.Errors;

/// <summary>A request that goes to a default backend: what it is told of the error, as ingress-nginx tells it.</summary>
internal static class DefaultBackendRequest
{
    /// <summary>Sends the request to <paramref name="backend"/>; logs and metrics go on to name the route that was chosen.</summary>
    public static void Divert(GatewayRequest request, ProxyRoute backend, ClusterState cluster, HttpTransformer transformer, int status)
    {
        var context = request.Context;
        var key = request.Chosen?.Backend.Key ?? default;
        var ingress = request.Chosen?.Route?.Ingress ?? default;
        request.Divert(backend, cluster, transformer,
        [
            new("X-Code", status.ToString(CultureInfo.InvariantCulture)),
            new("X-Format", context.Request.Headers.Accept.ToString()),
            new("X-Original-URI", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget),
            new("X-Namespace", ingress.Namespace ?? ""),
            new("X-Ingress-Name", ingress.Name ?? ""),
            new("X-Service-Name", key.Service ?? ""),
            new("X-Service-Port", key.Port ?? ""),
        ]);
    }

    /// <summary>Leaves the body out, part of which somebody else may have read, and asks for the root.</summary>
    public static void WithoutBody(GatewayRequest request)
    {
        var target = request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        request.RewrittenTarget = target.IndexOf('?') is >= 0 and var query ? $"/{target[query..]}" : "/";
        request.Context.Features.Set<IHttpRequestBodyDetectionFeature>(NoBody.Instance);
    }

    private sealed class NoBody : IHttpRequestBodyDetectionFeature
    {
        public static readonly NoBody Instance = new();

        public bool CanHaveBody => false;
    }
}
