using YarpIngress.Pipeline.Draining;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Headers;
using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Health;

/// <summary>
/// Answers load balancers that ask the ports for traffic whether to send any, as ingress-nginx does: those of clouds ask for
/// <c>--health-check-path</c> by a node's address, and take a node that answers 404 for a dead one.
/// </summary>
internal sealed class HealthCheck(DataPlaneOptions options, DrainSwitch drain)
{
    /// <summary>Whether a request for a host that no rule names asks for it.</summary>
    /// <param name="pathAndQuery">What is asked for, as the client sent it.</param>
    /// <param name="route">What would serve it; null when nothing would.</param>
    public bool IsAskedFor(ReadOnlySpan<char> pathAndQuery, ProxyRoute? route)
    {
        var path = options.HealthCheckPath;
        return pathAndQuery.StartsWith(path, StringComparison.Ordinal)
            && (pathAndQuery.Length == path.Length || pathAndQuery[path.Length] == '?')
            // As with nginx's locations: a rule without a host that names the path has it, and so has an expression.
            && (route?.Route is not { } rule || (rule.Match is not PathMatch.Regex && rule.Path != path));
    }

    /// <summary>Answers 200; 503 when the process is about to stop, so that the load balancer leaves in time.</summary>
    public Task AnswerAsync(GatewayRequest request)
    {
        request.IsHealthCheck = true;
        var context = request.Context;
        if (drain.IsDraining)
            return ErrorAnswer.WriteAsync(context, StatusCodes.Status503ServiceUnavailable);
        context.Response.ContentLength = 0;
        context.Response.Headers.Server = ServerHeader.Value;
        AnswerHeaders.Apply(request);
        return Task.CompletedTask;
    }
}
