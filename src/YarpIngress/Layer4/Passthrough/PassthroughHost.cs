using YarpIngress.Proxy;
using YarpIngress.Translation.Model;

namespace YarpIngress.Layer4.Passthrough;

/// <summary>A host whose TLS goes to its pods as it is.</summary>
/// <param name="policy">What its Ingresses say.</param>
/// <param name="backend">Where to.</param>
/// <param name="connections">Counts its connections; those of its former self, where there is one.</param>
internal sealed class PassthroughHost(TlsPassthrough policy, ProxyBackend backend, PassthroughConnections connections)
{
    /// <summary>What its Ingresses say.</summary>
    public TlsPassthrough Policy { get; } = policy;

    /// <summary>The Service of path <c>/</c>.</summary>
    public ProxyBackend Backend { get; } = backend;

    /// <summary>Counts its connections.</summary>
    public PassthroughConnections Connections { get; } = connections;
}
