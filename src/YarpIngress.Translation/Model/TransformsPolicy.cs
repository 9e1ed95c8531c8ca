namespace YarpIngress.Translation.Model;

/// <summary><c>transforms</c>: what is changed in a request for its endpoint, and in the answer for the client, in order.</summary>
/// <param name="Steps">The changes.</param>
public sealed record TransformsPolicy(EquatableArray<Transform> Steps)
{
    /// <summary>Whether something is done to answers.</summary>
    public bool HasAnswers => Steps.Any(step => step.Kind >= TransformKind.ResponseHeader);
}

/// <summary>One change.</summary>
/// <param name="Kind">What is changed.</param>
/// <param name="Name">Of the header, parameter or method; empty for paths.</param>
/// <param name="Value">The new path, value or method, or the names that stay, with spaces between.</param>
/// <param name="Append">Whether the value is added to those that are there.</param>
/// <param name="When">For which answers.</param>
public sealed record Transform(
    TransformKind Kind, string Name, string Value, bool Append = false, TransformWhen When = TransformWhen.Success)
{
    /// <summary>For people.</summary>
    public override string ToString() =>
        $"{Kind}{(Name.Length > 0 ? $" {Name}" : "")}{(Append ? " +" : "")}{(Value.Length > 0 ? $" {Value}" : "")}";
}

/// <summary>What is changed; YARP's words. Those of answers come last.</summary>
public enum TransformKind
{
    /// <summary>Put before the path.</summary>
    PathPrefix,

    /// <summary>Taken from the path's begin, by elements, whatever the case.</summary>
    PathRemovePrefix,

    /// <summary>Instead of the path.</summary>
    PathSet,

    /// <summary>Instead of the path, with what follows the route's path at <c>{**rest}</c>.</summary>
    PathPattern,

    /// <summary>A query parameter.</summary>
    QueryValueParameter,

    /// <summary>A query parameter goes.</summary>
    QueryRemoveParameter,

    /// <summary>One method becomes another.</summary>
    HttpMethodChange,

    /// <summary>A header of the request.</summary>
    RequestHeader,

    /// <summary>A header of the request goes.</summary>
    RequestHeaderRemove,

    /// <summary>All other headers of the client go.</summary>
    RequestHeadersAllowed,

    /// <summary>A header of the answer.</summary>
    ResponseHeader,

    /// <summary>A header of the answer goes.</summary>
    ResponseHeaderRemove,

    /// <summary>All other headers of the answer go.</summary>
    ResponseHeadersAllowed,
}

/// <summary>For which answers; YARP's words.</summary>
public enum TransformWhen
{
    /// <summary>Statuses below 400.</summary>
    Success,

    /// <summary>All.</summary>
    Always,

    /// <summary>Statuses of 400 and more.</summary>
    Failure,
}
