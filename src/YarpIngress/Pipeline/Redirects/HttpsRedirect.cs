using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Proxy;
using YarpIngress.Proxy.Listeners;
using YarpIngress.Proxy.Routing;

namespace YarpIngress.Pipeline.Redirects;

/// <summary>Sends requests over plain HTTP to HTTPS where <see cref="Translation.Model.Route.RedirectsToHttps"/> says so.</summary>
internal sealed class HttpsRedirect(RequestDelegate next, TrafficPorts ports)
{
    /// <summary>Whether a request is to be sent to HTTPS.</summary>
    public static bool Concerns(GatewayRequest request, ProxyRoute route) => route.RedirectsToHttps && request.Scheme == "http";

    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        return request.Chosen is { } route && Concerns(request, route)
            ? ErrorAnswer.WriteAsync(context, route.Policies.Redirects.Status, location: Location(request, route))
            : next(context);
    }

    private string Location(GatewayRequest request, ProxyRoute route)
    {
        var redirects = route.Policies.Redirects;
        var target = request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan(request.PathStart);
        // As in ingress-nginx: the last character of path and query.
        if (!redirects.PreserveTrailingSlash && target.EndsWith('/'))
            target = target[..^1];
        var port = redirects.UsePort ? string.Create(CultureInfo.InvariantCulture, $":{ports.Https}") : "";
        return $"https://{Host(request, route)}{port}{target}";
    }

    private static string Host(GatewayRequest request, ProxyRoute route) =>
        RequestHost.TryParse(request.AskedHost, out var host) ? host.ToString() : route.Host;
}
