using System.Net;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Which of a pod's headers the client gets, beyond the hop-by-hop ones that YARP drops by itself.</summary>
internal static class ResponseHeaderRules
{
    /// <summary>Applies the rules to an answer whose headers were copied.</summary>
    public static void Apply(HttpResponseMessage pod, IHeaderDictionary answer)
    {
        foreach (var (name, values) in pod.Headers.NonValidated)
        {
            if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var value in values)
                    RemoveNamed(value, answer);
            }
            // Instructions to an nginx in front, with paths inside the pod; nginx does not pass them on either.
            else if (name.StartsWith("X-Accel-", StringComparison.OrdinalIgnoreCase))
            {
                answer.Remove(name);
            }
        }

        // Such an answer has no body, and a length that promises one would be broken by the end of it.
        if (pod.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
            answer.ContentLength = null;
        // Last: no pod can take it away by naming it in Connection.
        answer.Server = ServerHeader.Value;
    }

    /// <summary>RFC 9110, 7.6.1: what Connection names is for this hop only.</summary>
    private static void RemoveNamed(string connection, IHeaderDictionary answer)
    {
        foreach (var name in connection.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!name.Equals("keep-alive", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("close", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("upgrade", StringComparison.OrdinalIgnoreCase))
                answer.Remove(name);
        }
    }
}
