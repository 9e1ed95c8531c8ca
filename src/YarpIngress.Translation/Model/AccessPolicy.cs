namespace YarpIngress.Translation.Model;

/// <summary>How the checks of who may use a route go together: address lists, passwords, external authentication.</summary>
public sealed record AccessPolicy
{
    /// <summary>Of an Ingress that does not say otherwise.</summary>
    public static AccessPolicy Default { get; } = new();

    /// <summary><c>satisfy</c>: whether one check that passes is enough; else all have to pass.</summary>
    public bool SatisfyAny { get; init; }

    /// <summary>
    /// <c>no-auth-locations</c> of the ConfigMap: routes whose path begins with one of these ask for no password and no external
    /// authentication. Address lists apply all the same.
    /// </summary>
    public EquatableArray<string> OpenPaths { get; init; } = ["/.well-known/acme-challenge"];

    /// <summary>Whether a route asks nobody to log in, since its path is one of <see cref="OpenPaths"/>.</summary>
    public bool IsOpen(Route route)
    {
        foreach (var path in OpenPaths)
        {
            // An expression with an alternative matches paths that do not begin as it does.
            if (route.Path.StartsWith(path, StringComparison.Ordinal) && (route.Match is not PathMatch.Regex || !route.Path.Contains('|')))
                return true;
        }
        return false;
    }
}
