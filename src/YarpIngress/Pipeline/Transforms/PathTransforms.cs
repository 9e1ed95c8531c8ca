using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Transforms;

/// <summary>Changes of the path, which stays as the client wrote it wherever it is not changed.</summary>
internal static class PathTransforms
{
    private const string Rest = "{**rest}";

    /// <summary>The changed path.</summary>
    /// <param name="step">The change.</param>
    /// <param name="path">Encoded, beginning with a slash.</param>
    /// <param name="route">The path of the route.</param>
    public static string Apply(Transform step, string path, string route) => step.Kind switch
    {
        TransformKind.PathPrefix => step.Value.TrimEnd('/') + path,
        TransformKind.PathRemovePrefix => Below(path, step.Value, StringComparison.OrdinalIgnoreCase) ?? path,
        TransformKind.PathPattern when step.Value.EndsWith(Rest, StringComparison.Ordinal) =>
            step.Value[..^Rest.Length] + (Below(path, route, StringComparison.Ordinal) ?? "/")[1..],
        _ => step.Value,
    };

    /// <summary>What is below <paramref name="prefix"/>, by elements, beginning with a slash; null when the path is not.</summary>
    private static string? Below(string path, string prefix, StringComparison compare)
    {
        var bare = prefix.TrimEnd('/');
        if (IsBelow(path, bare, compare))
            return path.Length == bare.Length ? "/" : path[bare.Length..];
        // A client may encode what needs no encoding, and is matched all the same.
        var decoded = Uri.UnescapeDataString(path);
        if (!IsBelow(decoded, bare, compare))
            return null;
        return decoded.Length == bare.Length ? "/" : new PathString(decoded[bare.Length..]).ToUriComponent();
    }

    private static bool IsBelow(string path, string prefix, StringComparison compare) =>
        path.StartsWith(prefix, compare) && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
