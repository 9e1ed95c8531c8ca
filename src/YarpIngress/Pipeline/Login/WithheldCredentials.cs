using Microsoft.Net.Http.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Login;

/// <summary>Keeps the password that the gateway asks for from pods, mirrors and default backends: none of them needs it.</summary>
internal sealed class WithheldCredentials(RequestDelegate next)
{
    private static readonly HeaderValue[] Without = [new(HeaderNames.Authorization, "")];

    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Policies.Login is not null && request.Chosen is { IsOpen: false })
            request.AddHeaders(Without);
        return next(context);
    }
}
