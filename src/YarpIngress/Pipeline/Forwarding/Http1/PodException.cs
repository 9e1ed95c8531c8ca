namespace YarpIngress.Pipeline.Forwarding.Http1;

/// <summary>The connection to the pod failed, or what came over it is no HTTP/1.1.</summary>
/// <param name="error">Which of it.</param>
/// <param name="message">What was wrong, for the log.</param>
/// <param name="inner">The socket's own error.</param>
internal sealed class PodException(HttpRequestError error, string message, Exception? inner = null)
    : HttpRequestException(error, message, inner)
{
    /// <summary>An answer that breaks the protocol.</summary>
    public static PodException Invalid(string message) => new(HttpRequestError.InvalidResponse, message);
}
