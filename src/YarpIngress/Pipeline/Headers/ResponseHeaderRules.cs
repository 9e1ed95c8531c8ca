using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Which of a pod's headers the client gets.</summary>
internal static class ResponseHeaderRules
{
    // RFC 9110, 6.5.1: what frames, routes or describes the content comes before it or not at all.
    private static readonly FrozenSet<string> NeverInTrailers = new[]
    {
        HeaderNames.ContentLength, HeaderNames.ContentType, HeaderNames.ContentEncoding, HeaderNames.ContentRange, HeaderNames.Host,
        HeaderNames.Trailer, HeaderNames.SetCookie, HeaderNames.Server, HeaderNames.Location,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header of this name passes.</summary>
    public static bool IsForwarded(string name) =>
        !HopByHopHeaders.Names.Contains(name)
        // The answer gets the gateway's own.
        && !name.Equals(HeaderNames.Server, StringComparison.OrdinalIgnoreCase)
        // Instructions to an nginx in front, with paths inside the pod; nginx does not pass them on either.
        && !name.StartsWith("X-Accel-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a trailer of this name passes.</summary>
    public static bool IsForwardedTrailer(string name) => !NeverInTrailers.Contains(name) && IsForwarded(name);

    /// <summary>RFC 9110, 7.6.1: what Connection names is for this hop only.</summary>
    public static void RemoveNamed(string connection, IHeaderDictionary answer)
    {
        foreach (var name in connection.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!HopByHopHeaders.IsOption(name))
                answer.Remove(name);
        }
    }

    /// <summary>The last touch, after all headers of the pod: nothing that a pod names in Connection takes it away.</summary>
    public static void Finish(int status, IHeaderDictionary answer)
    {
        // Such an answer has no body, and a length that promises one would be broken by the end of it.
        if (status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent)
            answer.ContentLength = null;
        answer.Server = ServerHeader.Value;
    }

    /// <summary>Applies the rules to an answer to which YARP copied all but the hop-by-hop headers.</summary>
    public static void Apply(HttpResponseMessage pod, IHeaderDictionary answer)
    {
        foreach (var (name, values) in pod.Headers.NonValidated)
        {
            if (name.Equals(HeaderNames.Connection, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var value in values)
                    RemoveNamed(value, answer);
            }
            else if (!IsForwarded(name))
            {
                answer.Remove(name);
            }
        }
        Finish((int)pod.StatusCode, answer);
    }
}
