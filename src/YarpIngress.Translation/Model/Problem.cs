using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary>
/// Something wrong with one object: an Event on it, a log line, a metric, a line of <c>translate</c>. Never swallowed,
/// and everything else stays live.
/// </summary>
public sealed record Problem
{
    /// <summary>The object that its owner has to change.</summary>
    public required ProblemObject Object { get; init; }

    /// <summary>Machine-readable, CamelCase; one of <see cref="ProblemReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether something is not served as written.</summary>
    public required ProblemSeverity Severity { get; init; }

    /// <summary>The field, such as <c>spec.rules[0].http.paths[1].path</c>; empty when it is the object as a whole.</summary>
    public string Field { get; init; } = "";

    /// <summary>Names the value, what is allowed, and what happens instead. Never holds data of a Secret.</summary>
    public required string Message { get; init; }
}

/// <summary>The object that a problem is about.</summary>
/// <param name="Kind">Kind, such as <c>Ingress</c>.</param>
/// <param name="Key">Namespace and name.</param>
public readonly record struct ProblemObject(string Kind, ObjectKey Key)
{
    /// <summary><c>Kind namespace/name</c>.</summary>
    public override string ToString() => $"{Kind} {Key}";
}

/// <summary>How much a problem matters.</summary>
public enum ProblemSeverity
{
    /// <summary>Served, but with a default instead of what was written.</summary>
    Warning,

    /// <summary>Something that was written is not served.</summary>
    Error,
}
