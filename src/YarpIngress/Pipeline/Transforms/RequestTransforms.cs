using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Transforms;

/// <summary>Changes of method and headers, made to the client's own, which both forwarders pass on.</summary>
internal static class RequestTransforms
{
    // Without these a request is another one, or none.
    private static readonly FrozenSet<string> AlwaysAllowed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", ":protocol");

    /// <summary>Makes the change.</summary>
    public static void Apply(Transform step, HttpRequest request)
    {
        switch (step.Kind)
        {
            case TransformKind.HttpMethodChange when request.Method.Equals(step.Name, StringComparison.OrdinalIgnoreCase):
                request.Method = step.Value;
                break;
            case TransformKind.RequestHeader:
                Set(request.Headers, step);
                break;
            case TransformKind.RequestHeaderRemove:
                request.Headers.Remove(step.Name);
                break;
            case TransformKind.RequestHeadersAllowed:
                Allow(request.Headers, step.Value, AlwaysAllowed);
                break;
        }
    }

    /// <summary>Sets or appends; an empty value that is set takes the header away, as in YARP.</summary>
    public static void Set(IHeaderDictionary headers, Transform step)
    {
        if (step.Append)
            headers[step.Name] = StringValues.Concat(headers[step.Name], step.Value);
        else if (step.Value.Length == 0)
            headers.Remove(step.Name);
        else
            headers[step.Name] = step.Value;
    }

    /// <summary>Takes away what is in neither list.</summary>
    public static void Allow(IHeaderDictionary headers, string names, FrozenSet<string> always)
    {
        var allowed = names.Split(' ');
        foreach (var name in headers.Keys.ToList())
            if (!always.Contains(name) && !allowed.Contains(name, StringComparer.OrdinalIgnoreCase))
                headers.Remove(name);
    }
}
