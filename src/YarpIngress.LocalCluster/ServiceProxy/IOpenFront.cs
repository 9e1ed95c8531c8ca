namespace YarpIngress.LocalCluster.ServiceProxy;

/// <summary>A front that is open, for TCP or for UDP.</summary>
internal interface IOpenFront : IDisposable
{
    /// <summary>What it does; may be changed while it is open, but for the address.</summary>
    Front Front { get; set; }
}
