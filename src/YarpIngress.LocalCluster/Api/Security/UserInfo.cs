namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Who sent a request.</summary>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups)
{
    public static UserInfo Administrator { get; } = new("kubernetes-admin", ["system:masters", "system:authenticated"]);
}
