using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>What an informer follows and how.</summary>
public sealed record InformerOptions<T>
    where T : class, IKubernetesObject<T>
{
    /// <summary>Namespace; all when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector; all objects when null.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector; all objects when null.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Drops what is not used before an object is kept. It may change the object that it is given.</summary>
    public Func<T, T>? Trim { get; init; }

    /// <summary>
    /// Failures that trying again does not help against, given how the informer does: it ends by throwing them. None when null.
    /// </summary>
    public Func<ApiException, InformerHealth, bool>? EndsOn { get; init; }

    /// <summary>Items a page when listing.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// First pause after a failure; doubles each time up to <see
    /// cref="MaxBackoff"/>, with up to half taken off at random.
    /// </summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Longest pause between tries.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
