using System.Text.RegularExpressions;
using YarpIngress.Pipeline.Errors;

namespace YarpIngress.Pipeline.Rewrite;

/// <summary>Gives the request another path for the pod; see <see cref="PathRewrite"/>.</summary>
internal sealed class RewritePath(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        if (request.Chosen?.Rewrite is { } rewrite)
        {
            try
            {
                if (!rewrite.Apply(request))
                    return ErrorAnswer.WriteAsync(context, StatusCodes.Status400BadRequest);
            }
            catch (RegexMatchTimeoutException)
            {
                // The pod must not see a path that its owner did not mean.
                return ErrorAnswer.WriteAsync(context, StatusCodes.Status500InternalServerError);
            }
        }
        return next(context);
    }
}
