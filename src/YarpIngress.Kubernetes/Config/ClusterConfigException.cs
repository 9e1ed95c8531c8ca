namespace YarpIngress.Kubernetes;

/// <summary>
/// The configuration does not say how to reach an API server,
/// or says it wrongly. The message names file, entry and field.
/// </summary>
public sealed class ClusterConfigException : Exception
{
    /// <summary>With the text for the user.</summary>
    public ClusterConfigException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
