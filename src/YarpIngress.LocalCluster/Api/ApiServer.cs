using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What request handlers share.</summary>
/// <param name="Options">Limits.</param>
/// <param name="Operations">The API under HTTP.</param>
/// <param name="Authentication">Who may ask.</param>
/// <param name="Watches">The open watches.</param>
internal sealed record ApiServer(ApiServerOptions Options, ApiOperations Operations, Authentication Authentication, OpenWatches Watches)
{
    public TimeProvider Time => Options.Time;

    /// <summary>Discovery documents, made once.</summary>
    public DiscoveryDocuments Discovery { get; } = new();
}
