using System.Text.Json.Nodes;
using YarpIngress.Commands.Explain;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary><c>ssl-passthrough</c> as <c>translate</c> and <c>explain</c> show it.</summary>
internal static class PassthroughOutput
{
    /// <summary>For <c>translate</c>.</summary>
    public static JsonObject Of(TlsPassthrough passthrough)
    {
        var result = new JsonObject { ["backend"] = passthrough.Backend.ToString(), ["ingress"] = passthrough.Ingress.ToString() };
        if (passthrough.Addresses is { } addresses)
            result["addresses"] = AddressPolicyOutput.Text(addresses);
        return result;
    }

    /// <summary>What becomes of a request over TLS, of which the gateway sees nothing but the connection.</summary>
    public static ExplainedAnswer Answer(TlsPassthrough passthrough, ExplainedClient client, bool takesTraffic)
    {
        if (client.BlockedByAddress() || client.Refused(new RoutePolicies { Addresses = passthrough.Addresses }) is not null)
            return new(
                0, "gateway", "none: TLS is passed through, and the client's address is not allowed, so that its connection is closed");
        return takesTraffic
            ? new(0, "pod", "a pod's: TLS is passed through, with all that is in it, and the certificate is the pod's own")
            : new(0, "gateway", "none: TLS is passed through, and there is no endpoint that takes the connection");
    }

    /// <summary>As a policy of a request.</summary>
    public static ExplainedPolicy Policy(TlsPassthrough passthrough, bool isTls) => new(
        "ssl-passthrough", passthrough.Backend.ToString(), $"annotation of an Ingress of the host; path / of Ingress {passthrough.Ingress}",
        isTls
            ? "connects the client to the Service as it is: nothing below but address lists applies"
            : "none: it is for TLS, and this request comes in clear");
}
