using YarpIngress.Pipeline.Variables;

namespace YarpIngress.Pipeline.Rewrite;

/// <summary>Gives the pod another Host header; see <see cref="Translation.Model.RoutePolicies.UpstreamVhost"/>.</summary>
internal sealed class RewriteHost(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        // Empty when a variable is: then the client's host is better than none.
        if (request.Policies.UpstreamVhost is { } host && host.Resolve(request) is { Length: > 0 } value)
            request.BackendHost = value;
        return next(context);
    }
}
