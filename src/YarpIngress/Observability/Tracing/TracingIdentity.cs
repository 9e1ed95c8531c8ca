using YarpIngress.Options;

namespace YarpIngress.Observability.Tracing;

/// <summary>Who sends the spans.</summary>
/// <param name="Instance">Name of this replica.</param>
/// <param name="Attributes">What else is known of it.</param>
internal sealed record TracingIdentity(string Instance, IReadOnlyList<KeyValuePair<string, object>> Attributes)
{
    /// <summary>As the flags and the environment say.</summary>
    public static TracingIdentity Of(ControllerOptions options)
    {
        var attributes = new List<KeyValuePair<string, object>>();
        if (options.PodName is { } pod)
            attributes.Add(new("k8s.pod.name", pod));
        if (options.PodNamespace is { } name)
            attributes.Add(new("k8s.namespace.name", name));
        return new TracingIdentity(options.PodName ?? Environment.MachineName, attributes);
    }
}
