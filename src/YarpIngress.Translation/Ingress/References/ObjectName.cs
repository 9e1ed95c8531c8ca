using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Ingress.References;

/// <summary>The name of an object as annotations and settings have it: <c>name</c> or <c>namespace/name</c>.</summary>
public static class ObjectName
{
    /// <summary>Reads a name.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="text">The name.</param>
    /// <param name="ownNamespace">The namespace of a name without one; null where it has to have one.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static ObjectKey Parse(NamedKind kind, string text, string? ownNamespace)
    {
        var trimmed = text.Trim();
        var slash = trimmed.IndexOf('/');
        var space = slash < 0 ? ownNamespace : trimmed[..slash];
        var name = trimmed[(slash + 1)..];
        return space is not null && HostName.IsDnsLabel(space) && HostName.IsDnsName(name)
            ? new ObjectKey(space, name)
            : throw new FormatException($"must name a {kind} as {(ownNamespace is null ? "" : "name or ")}namespace/name");
    }
}
