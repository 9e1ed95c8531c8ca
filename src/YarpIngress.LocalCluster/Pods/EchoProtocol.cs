using System.Net;

namespace YarpIngress.LocalCluster.Pods;

/// <summary>What a connection speaks, and so which of the web server's endpoints serves it.</summary>
internal enum EchoProtocol
{
    Http1,
    Http2,
    Tls,
}

/// <summary>An endpoint of the web server that has no socket of its own: connections are handed to it by pods.</summary>
internal sealed class EchoEndPoint(EchoProtocol protocol) : EndPoint
{
    public EchoProtocol Protocol => protocol;

    public override string ToString() => $"echo-pods/{protocol}";
}
