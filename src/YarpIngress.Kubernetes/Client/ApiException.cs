using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// A request to the API server that did not succeed, whether the server refused it or could not be reached. The one
/// exception type that callers of <see cref="ApiClient"/> have to expect, apart from cancellation.
/// </summary>
public sealed class ApiException : Exception
{
    /// <summary><see cref="Reason"/> when there is no server: refused, unknown host, TLS trust, connection lost.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary><see cref="Reason"/> when the answer did not come in time.</summary>
    public const string ClientTimeout = "ClientTimeout";

    /// <summary><see cref="Reason"/> when an answer or a watch stopped in mid-object.</summary>
    public const string BrokenStream = "BrokenStream";

    /// <summary><see cref="Reason"/> when the answer is not what the API sends.</summary>
    public const string UnreadableAnswer = "UnreadableAnswer";

    /// <summary><see cref="Reason"/> when no credentials could be got, such as from an exec plugin.</summary>
    public const string NoCredentials = "NoCredentials";

    /// <summary>An answer of the server.</summary>
    public ApiException(string request, V1Status status, TimeSpan? retryAfter = null)
        : base($"{request}: {status.Code} {status.Reason}: {status.Message}")
    {
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>No answer of the server, or none that is readable.</summary>
    public ApiException(string request, string reason, string message, Exception? inner = null)
        : base($"{request}: {message}", inner) =>
        Status = new V1Status { Status = "Failure", Reason = reason, Message = message };

    /// <summary>The server's words; made up from the HTTP answer when it sent none.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status; 0 when there was no answer.</summary>
    public int StatusCode => Status.Code ?? 0;

    /// <summary>Machine-readable, such as NotFound, Conflict or Expired, or one of the constants here.</summary>
    public string? Reason => Status.Reason;

    /// <summary>How long the server asked to wait.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the object is not there.</summary>
    public bool IsNotFound => StatusCode == 404;

    /// <summary>Whether somebody else changed the object since it was read.</summary>
    public bool IsConflict => StatusCode == 409 && Reason != "AlreadyExists";

    /// <summary>Whether the object to create is there already.</summary>
    public bool IsAlreadyExists => StatusCode == 409 && Reason == "AlreadyExists";

    /// <summary>Whether the version asked for is no longer in the server's history: list again.</summary>
    public bool IsExpired => StatusCode == 410 || Reason is "Expired" or "Gone";

    /// <summary>Whether the same request may succeed later without any change: no answer, overload or a server fault.</summary>
    public bool IsTransient => StatusCode == 0 || StatusCode == 429 || StatusCode >= 500;
}
