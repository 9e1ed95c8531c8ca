using Microsoft.Extensions.Logging;

namespace YarpIngress.Kubernetes;

/// <summary>Who leads, and why nobody does: one line when a fault begins; every further try only for those who debug.</summary>
internal static partial class LeaderElectorLog
{
    [LoggerMessage(30, LogLevel.Information, "{Leader} leads now, by Lease {Namespace}/{Name}")]
    public static partial void NewLeader(ILogger logger, string leader, string @namespace, string name);

    [LoggerMessage(31, LogLevel.Information, "We ({Identity}) begin to lead, by Lease {Namespace}/{Name}")]
    public static partial void Leading(ILogger logger, string identity, string @namespace, string name);

    [LoggerMessage(32, LogLevel.Information, "We ({Identity}) no longer lead, by Lease {Namespace}/{Name}")]
    public static partial void NotLeading(ILogger logger, string identity, string @namespace, string name);

    [LoggerMessage(33, LogLevel.Warning, "Lease {Namespace}/{Name} can't be taken or renewed, trying on: {Error}")]
    public static partial void Failing(ILogger logger, string @namespace, string name, string error);

    [LoggerMessage(34, LogLevel.Debug, "Lease {Namespace}/{Name} still can't be taken or renewed: {Error}")]
    public static partial void StillFailing(ILogger logger, string @namespace, string name, string error);

    [LoggerMessage(35, LogLevel.Debug, "Another candidate changed Lease {Name} first")]
    public static partial void Outrun(ILogger logger, string name);

    [LoggerMessage(36, LogLevel.Information, "Gave Lease {Namespace}/{Name} up")]
    public static partial void Released(ILogger logger, string @namespace, string name);

    [LoggerMessage(
        37, LogLevel.Warning, "Lease {Namespace}/{Name} could not be given up, others have to wait for it to expire: {Error}")]
    public static partial void NotReleased(ILogger logger, string @namespace, string name, string error);

    [LoggerMessage(38, LogLevel.Error, "A callback of the leader election failed")]
    public static partial void CallbackFailed(ILogger logger, Exception error);
}
