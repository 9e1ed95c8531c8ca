namespace YarpIngress.LocalCluster.Api;

/// <summary>The parts of a path below <c>/api</c> or <c>/apis</c> that names a resource.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Namespace">Null when the path names none.</param>
/// <param name="Plural">The resource.</param>
/// <param name="Name">The object; null for the collection.</param>
/// <param name="Subresource">status, scale …</param>
/// <param name="IsWatch">The old <c>/watch/</c> form.</param>
internal readonly record struct RequestPath(
    string Group, string Version, string? Namespace, string Plural, string? Name, string? Subresource, bool IsWatch)
{
    /// <summary>Reads a path; null when it names no resource.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string group;
        int at;
        switch (parts)
        {
            case ["api", _, _, ..]:
                group = "";
                at = 1;
                break;
            case ["apis", _, _, _, ..]:
                group = parts[1];
                at = 2;
                break;
            default:
                return null;
        }
        var version = parts[at++];
        var watch = parts[at] == "watch";
        if (watch)
            at++;
        var rest = parts.AsSpan(at);
        if (rest.Length == 0)
            return null;
        string? namespaceName = null;
        // "namespaces/x" and "namespaces/x/status" are the Namespace itself; anything else below it is in it.
        if (rest is ["namespaces", _, not ("status" or "finalize"), ..])
        {
            namespaceName = rest[1];
            rest = rest[2..];
        }
        return rest.Length switch
        {
            1 => new RequestPath(group, version, namespaceName, rest[0], null, null, watch),
            2 => new RequestPath(group, version, namespaceName, rest[0], Decode(rest[1]), null, watch),
            3 => new RequestPath(group, version, namespaceName, rest[0], Decode(rest[1]), rest[2], watch),
            _ => null,
        };
    }

    // The server has decoded everything but the slash.
    private static string Decode(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
