using Microsoft.AspNetCore.Connections.Features;
using YarpIngress.Pipeline.Errors;
using YarpIngress.Pipeline.Metrics;

namespace YarpIngress.Pipeline.Passthrough;

/// <summary>
/// A host whose TLS is passed through is not asked for on a connection whose TLS ended here: a browser does so when one certificate
/// names two hosts, and after the host was switched over. Told so (RFC 9110, 15.5.20), it makes another connection, to the pods.
/// </summary>
internal static class PassedThroughHost
{
    /// <summary>The answer; null for a request in clear, which is served as that of any host.</summary>
    public static Task? Refuse(HttpContext context)
    {
        if (context.Features.Get<ITlsHandshakeFeature>() is null)
            return null;
        GatewayRequest.Of(context).RejectedBy = Rejection.Blocked;
        return ErrorAnswer.WriteAsync(context, StatusCodes.Status421MisdirectedRequest);
    }
}
