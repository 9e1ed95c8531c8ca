using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Redirects;

/// <summary>Answers with the redirect that is the route's only answer; see <see cref="RedirectPolicy"/>.</summary>
internal sealed class RedirectRoute(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        return request.Policies.Redirect is { } redirect
            ? ErrorAnswer.WriteAsync(context, redirect.Status, location: Location(redirect, request))
            : next(context);
    }

    private static string Location(RedirectPolicy redirect, GatewayRequest request)
    {
        var location = redirect.Location.Resolve(request);
        if (redirect.TrimsSlash && location.EndsWith('/'))
            location = location[..^1];
        // A second slash would name another host.
        return location.StartsWith("//", StringComparison.Ordinal) ? "/" + location.TrimStart('/') : location;
    }
}
