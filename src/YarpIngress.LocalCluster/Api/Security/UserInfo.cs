using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Who sent a request.</summary>
/// <param name="Name">Such as <c>kubernetes-admin</c> or <c>system:serviceaccount:NAMESPACE:NAME</c>.</param>
/// <param name="Groups">Groups, those that the name implies included.</param>
/// <param name="Uid">Of a ServiceAccount; empty for people.</param>
internal sealed record UserInfo(string Name, IReadOnlyList<string> Groups, string Uid = "")
{
    private const string Masters = "system:masters";
    private const string Authenticated = "system:authenticated";
    private const string AccountPrefix = "system:serviceaccount:";

    public static UserInfo Administrator { get; } = new("kubernetes-admin", [Masters, Authenticated]);

    /// <summary>Whether no rule is asked, as upstream does it for this group.</summary>
    public bool MayEverything => Groups.Contains(Masters);

    public static UserInfo ServiceAccount(string namespaceName, string name, string uid) =>
        new(AccountName(namespaceName, name), AccountGroups(namespaceName), uid);

    public static string AccountName(string namespaceName, string name) => $"{AccountPrefix}{namespaceName}:{name}";

    /// <summary>Somebody that a caller wants to be: a ServiceAccount has its groups, everybody is known.</summary>
    public static UserInfo Impersonated(string name, IReadOnlyList<string> groups) => new(
        name,
        groups.Count == 0 && AccountOf(name) is { } account
            ? AccountGroups(account.Namespace)
            : [.. groups.Append(Authenticated).Distinct()]);

    /// <summary>The ServiceAccount that a user name stands for; null for others.</summary>
    public static (string Namespace, string Name)? AccountOf(string userName) =>
        userName.StartsWith(AccountPrefix, StringComparison.Ordinal) && userName[AccountPrefix.Length..].Split(':') is [var space, var name]
            ? (space, name)
            : null;

    /// <summary>As reviews show it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["username"] = Name };
        if (Uid.Length > 0)
            json["uid"] = Uid;
        json["groups"] = Json.Texts(Groups);
        return json;
    }

    private static string[] AccountGroups(string namespaceName) =>
        ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}", Authenticated];
}
