using YarpIngress.LocalCluster.Api.Services;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What every operation works on.</summary>
/// <param name="Store">The objects.</param>
/// <param name="Services">Addresses and ports of Services.</param>
/// <param name="Time">The server's clock.</param>
internal sealed record ApiState(ObjectStore Store, ServiceAllocation Services, TimeProvider Time)
{
    /// <summary>Now, as objects carry it.</summary>
    public string Timestamp => Time.GetUtcNow().Timestamp();
}
