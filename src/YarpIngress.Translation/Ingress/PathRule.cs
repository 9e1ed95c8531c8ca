using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>One usable path of an Ingress.</summary>
/// <param name="Route">The route that it becomes, unless an older Ingress has the path.</param>
/// <param name="Rule">Index of the rule in the Ingress.</param>
/// <param name="Index">Index of the path in the rule.</param>
public readonly record struct PathRule(Route Route, int Rule, int Index)
{
    /// <summary>How the path is matched.</summary>
    public PathMatch Match => Route.Match;

    /// <summary>The path in the form of <see cref="Route.Path"/>.</summary>
    public string Path => Route.Path;

    /// <summary>The path as the Ingress has it: <see cref="Route.Path"/> of a prefix has no slash at the end.</summary>
    public string Written { get; init; } = Route.Path;

    /// <summary>What serves it.</summary>
    public BackendKey Backend => Route.Backend;

    /// <summary>Whether <paramref name="route"/> is what became of it.</summary>
    public bool Became(Route route) => route.Match is PathMatch.Regex
        ? route.Path == Written
        : route.Match == Match && route.Path == Path;

    /// <summary>Where it stands in the Ingress.</summary>
    public string Field => $"spec.rules[{Rule}].http.paths[{Index}]";
}
