using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api.Security;

/// <summary>Requests in somebody else's name, as <c>kubectl --as</c> sends them, for those who may.</summary>
internal static class Impersonation
{
    /// <summary>Who a request counts as.</summary>
    public static UserInfo Apply(HttpRequest request, UserInfo user, ObjectStore store)
    {
        var name = request.Headers["Impersonate-User"].ToString();
        string[] groups = [.. request.Headers["Impersonate-Group"].OfType<string>().Where(group => group.Length > 0)];
        if (name.Length == 0)
            return groups.Length == 0 ? user : throw ApiError.Internal("requested groups without impersonating a user");
        var wanted = new AccessRequest("impersonate");
        Rbac.Demand(store, user, UserInfo.AccountOf(name) is { } account
            ? wanted with { Resource = "serviceaccounts", Namespace = account.Namespace, Name = account.Name }
            : wanted with { Resource = "users", Name = name });
        foreach (var group in groups)
            Rbac.Demand(store, user, wanted with { Resource = "groups", Name = group });
        return UserInfo.Impersonated(name, groups);
    }
}
