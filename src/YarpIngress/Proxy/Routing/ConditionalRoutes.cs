using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Model;

namespace YarpIngress.Proxy.Routing;

/// <summary>
/// The routes of a host that ask for more than a path, and those with an order: few, so that they are looked at one by one. They are
/// beside the table of paths, which other hosts use alone.
/// </summary>
internal sealed class ConditionalRoutes<TRoute>
    where TRoute : class
{
    private readonly Candidate[] _candidates;
    private readonly Func<TRoute, int> _weightOf;

    /// <summary>Of <paramref name="routes"/>, in the order of precedence.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="weightOf">How much the path of a route without conditions says; see <see cref="ConditionalRoute.Weight"/>.</param>
    public ConditionalRoutes(IEnumerable<ConditionalRoute<TRoute>> routes, Func<TRoute, int> weightOf)
    {
        _weightOf = weightOf;
        _candidates =
        [
            .. routes.Select(route => new Candidate(
                    route, new PathTable<TRoute>([(route.Match, route.Path, route.Route)]),
                    ConditionalRoute.Weight(route.Match, route.Path)))
                .OrderBy(one => one.Route.Conditions.Order)
                .ThenByDescending(one => one.Weight)
                .ThenByDescending(one => one.Route.Conditions.Count),
        ];
    }

    /// <summary>
    /// The route for a request: the first whose path and conditions hold, unless a route without conditions has a lower order or a
    /// path that says more.
    /// </summary>
    /// <param name="path">Normalised.</param>
    /// <param name="plain">What the host's routes without conditions say.</param>
    /// <param name="facts">The request.</param>
    public RouteMatch<TRoute> Choose(ReadOnlySpan<char> path, RouteMatch<TRoute> plain, in RequestFacts facts)
    {
        var plainWeight = plain is { Route: { } found, IsDefault: false } ? _weightOf(found) : -1;
        foreach (var candidate in _candidates)
        {
            var order = candidate.Route.Conditions.Order;
            if (plainWeight >= 0 && (order > 0 || (order == 0 && candidate.Weight < plainWeight)))
                return plain;
            if (candidate.Path.Match(path) is { } route && Holds(candidate.Route.Conditions, facts))
                return new RouteMatch<TRoute>(plain.Host, route, IsDefault: false);
        }
        return plain;
    }

    /// <summary>
    /// The methods that the routes for a path are for, when nothing but the method can keep a request from all of them; null when
    /// one of them takes any method, or when there is none.
    /// </summary>
    public IReadOnlyList<string>? MethodsFor(ReadOnlySpan<char> path)
    {
        List<string>? methods = null;
        foreach (var candidate in _candidates)
        {
            if (candidate.Path.Match(path) is null)
                continue;
            if (candidate.Route.Conditions.Methods.Count == 0)
                return null;
            methods = [.. (methods ?? []).Union(candidate.Route.Conditions.Methods)];
        }
        return methods;
    }

    /// <summary>Whether the request is what the conditions ask for.</summary>
    internal static bool Holds(RouteConditions conditions, in RequestFacts facts)
    {
        if (conditions.Methods.Count > 0 && !conditions.Methods.AsSpan().Contains(facts.Method))
            return false;
        foreach (var header in conditions.Headers)
            if (!Holds(header, facts.Headers.TryGetValue(header.Name, out var values) ? values : default))
                return false;
        foreach (var parameter in conditions.QueryParameters)
            if (!Holds(parameter, ValuesOf(parameter.Name, facts.Query)))
                return false;
        return true;
    }

    private static bool Holds(ValueCondition condition, StringValues values)
    {
        if (values.Count == 0)
            return condition.Mode is ValueMatch.NotExists;
        if (condition.Mode is ValueMatch.Exists or ValueMatch.NotExists)
            return condition.Mode is ValueMatch.Exists;
        var compare = condition.IsCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        foreach (var value in values)
            foreach (var wanted in condition.Values)
                if (IsSo(condition.Mode, value ?? "", wanted, compare))
                    return condition.Mode is not ValueMatch.NotContains;
        return condition.Mode is ValueMatch.NotContains;
    }

    private static bool IsSo(ValueMatch mode, string value, string wanted, StringComparison compare) => mode switch
    {
        ValueMatch.Exact => value.Equals(wanted, compare),
        ValueMatch.Prefix => value.StartsWith(wanted, compare),
        _ => value.Contains(wanted, compare),
    };

    private static StringValues ValuesOf(string name, ReadOnlySpan<char> query)
    {
        var values = StringValues.Empty;
        foreach (var part in query.Split('&'))
        {
            var pair = query[part];
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (Decoded(key).Equals(name, StringComparison.OrdinalIgnoreCase))
                values = StringValues.Concat(values, equals < 0 ? "" : Decoded(pair[(equals + 1)..]));
        }
        return values;
    }

    private static string Decoded(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));

    private sealed record Candidate(ConditionalRoute<TRoute> Route, PathTable<TRoute> Path, int Weight);
}

/// <summary>A route that asks for more than a path.</summary>
/// <param name="Conditions">What it asks for.</param>
/// <param name="Match">How its path is matched.</param>
/// <param name="Path">Its path.</param>
/// <param name="Route">Where it leads.</param>
internal sealed record ConditionalRoute<TRoute>(RouteConditions Conditions, PathMatch Match, string Path, TRoute Route)
    where TRoute : class;

/// <summary>How much a path says.</summary>
internal static class ConditionalRoute
{
    /// <summary>An exact path says most, then a longer one, then one that goes by elements.</summary>
    public static int Weight(PathMatch match, string path) =>
        match is PathMatch.Exact ? int.MaxValue : (path.Length * 2) + (match is PathMatch.Prefix ? 1 : 0);
}
