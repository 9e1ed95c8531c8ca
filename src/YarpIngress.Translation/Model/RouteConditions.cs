namespace YarpIngress.Translation.Model;

/// <summary>What a request has to have beside host and path to be a route's, and which of several such routes it is.</summary>
public sealed record RouteConditions
{
    /// <summary>Of a route that asks for nothing.</summary>
    public static RouteConditions None { get; } = new();

    /// <summary><c>route-order</c>: a route of a lower order comes before one whose path says more. Default: 0.</summary>
    public int Order { get; init; }

    /// <summary><c>route-methods</c>; none allows any.</summary>
    public EquatableArray<string> Methods { get; init; }

    /// <summary><c>route-headers</c>: all of them must hold.</summary>
    public EquatableArray<ValueCondition> Headers { get; init; }

    /// <summary><c>route-queryparameters</c>: all of them must hold.</summary>
    public EquatableArray<ValueCondition> QueryParameters { get; init; }

    /// <summary>How many kinds of conditions there are: of two routes of one path the one with more says more.</summary>
    public int Count => Headers.Count + QueryParameters.Count + (Methods.Count > 0 ? 1 : 0);

    /// <summary>For ids of routes.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Order == 0 ? null : $"order {Order}",
        Methods.Count == 0 ? null : string.Join('|', Methods),
        Headers.Count == 0 ? null : $"headers {string.Join(" and ", Headers)}",
        QueryParameters.Count == 0 ? null : $"query {string.Join(" and ", QueryParameters)}",
    }.OfType<string>());
}

/// <summary>What the values of a header or of a query parameter have to be.</summary>
/// <param name="Name">Of the header or parameter.</param>
/// <param name="Mode">How values are compared.</param>
/// <param name="Values">One of them is enough; none for <see cref="ValueMatch.Exists"/> and <see cref="ValueMatch.NotExists"/>.</param>
/// <param name="IsCaseSensitive">Whether case counts. Default: no.</param>
public sealed record ValueCondition(string Name, ValueMatch Mode, EquatableArray<string> Values, bool IsCaseSensitive)
{
    /// <summary>For ids of routes.</summary>
    public override string ToString() => Values.Count == 0 ? $"{Name} {Mode}" : $"{Name} {Mode} {string.Join('|', Values)}";
}

/// <summary>How values are compared; YARP's words.</summary>
public enum ValueMatch
{
    /// <summary>The whole value.</summary>
    Exact,

    /// <summary>How it begins.</summary>
    Prefix,

    /// <summary>Somewhere in it.</summary>
    Contains,

    /// <summary>There, and none of the values is in it.</summary>
    NotContains,

    /// <summary>There, whatever it is.</summary>
    Exists,

    /// <summary>Not there.</summary>
    NotExists,
}
