using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.Headers;

/// <summary>The Server header of every answer, whatever the pod says of itself.</summary>
internal static class ServerHeader
{
    public static readonly StringValues Value = "yarp-ingress";
}
