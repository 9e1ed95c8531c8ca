using Microsoft.Extensions.Logging;

namespace YarpIngress.Kubernetes;

/// <summary>One line when the connection breaks, one when it is back; every further try only for those who debug.</summary>
internal static partial class InformerLog
{
    [LoggerMessage(10, LogLevel.Warning, "Lost touch with the API server about {Kind}; the last known state stays in use: {Error}")]
    public static partial void Broke(ILogger logger, string kind, string error);

    [LoggerMessage(11, LogLevel.Debug, "Still no {Kind} from the API server, next try in {Pause}: {Error}")]
    public static partial void StillBroken(ILogger logger, string kind, TimeSpan pause, string error);

    [LoggerMessage(12, LogLevel.Information, "The API server answers about {Kind} again after {Outage}")]
    public static partial void Recovered(ILogger logger, string kind, TimeSpan outage);

    [LoggerMessage(13, LogLevel.Information, "Following {Kind}: {Items} objects, {Malformed} of them malformed")]
    public static partial void Synced(ILogger logger, string kind, int items, int malformed);

    [LoggerMessage(14, LogLevel.Information, "Listing {Kind} again: {Reason}")]
    public static partial void Relisting(ILogger logger, string kind, string reason);

    [LoggerMessage(15, LogLevel.Warning, "Malformed object: {Malformed}")]
    public static partial void Malformed(ILogger logger, MalformedObject malformed);

    [LoggerMessage(16, LogLevel.Error, "Applying a change of {Kind} {Key} failed; the other objects are not affected")]
    public static partial void ConsumerFailed(ILogger logger, Exception error, string kind, string key);

    [LoggerMessage(17, LogLevel.Debug, "The watch of {Kind} broke off, resuming in {Pause}: {Error}")]
    public static partial void Resuming(ILogger logger, string kind, TimeSpan pause, string error);
}
