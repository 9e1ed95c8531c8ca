using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using YarpIngress.Proxy;

namespace YarpIngress.Pipeline.Errors;

/// <summary>
/// Has the default backend answer in place of chosen errors, whoever made them. Where it can't, the error stays the answer.
/// </summary>
internal sealed class CustomErrors(RequestDelegate next, RequestDelegate forward, DataPlane dataPlane, HttpTransformer transformer)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = GatewayRequest.Of(context);
        return request.Policies.Errors is { Codes.Count: > 0 } policy
            && (request.Chosen?.ErrorRoute ?? dataPlane.DefaultRoute) is { } backend
            && backend.Backend.Cluster is { DestinationsState.AvailableDestinations.Count: > 0 }
                ? InvokeAsync(context, request.Interception = new ErrorInterception(policy, backend))
                : next(context);
    }

    private async Task InvokeAsync(HttpContext context, ErrorInterception interception)
    {
        await next(context);
        if (interception.Status == 0 || context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return;
        interception.BeginAnswer();
        // Gone since the request came.
        if (interception.Backend.Backend.Cluster is not { DestinationsState.AvailableDestinations.Count: > 0 } cluster)
        {
            await ErrorAnswer.WriteAsync(context, interception.Status);
            return;
        }
        await AnswerAsync(context, interception, cluster);
    }

    private async Task AnswerAsync(HttpContext context, ErrorInterception interception, ClusterState cluster)
    {
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        DefaultBackendRequest.Divert(GatewayRequest.Of(context), interception.Backend, cluster, transformer, interception.Status);
        DefaultBackendRequest.WithoutBody(GatewayRequest.Of(context));
        await forward(context);
    }
}
