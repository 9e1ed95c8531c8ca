using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>One usable path of an Ingress.</summary>
/// <param name="Match">How the path is matched.</param>
/// <param name="Path">The path in the form of <see cref="Route.Path"/>.</param>
/// <param name="Backend">What serves it.</param>
/// <param name="Rule">Index of the rule in the Ingress.</param>
/// <param name="Index">Index of the path in the rule.</param>
public readonly record struct PathRule(PathMatch Match, string Path, BackendKey Backend, int Rule, int Index)
{
    /// <summary>Where it stands in the Ingress.</summary>
    public string Field => $"spec.rules[{Rule}].http.paths[{Index}]";
}
