namespace YarpIngress.LocalCluster.Schema;

/// <summary>A kind as it is served: its resource and the type of its objects.</summary>
internal sealed record KindSchema(
    string Group,
    string Version,
    string Kind,
    string Plural,
    bool Namespaced,
    IReadOnlyList<string> Subresources,
    ObjectType Type)
{
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";
}
