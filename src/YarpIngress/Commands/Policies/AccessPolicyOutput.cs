using System.Text.Json.Nodes;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Policies;

/// <summary>Who may use a route, as <c>translate</c> prints it: only what is set, and nothing of users but their number.</summary>
internal static class AccessPolicyOutput
{
    /// <summary>Adds it to what is printed of a route.</summary>
    public static void Add(JsonObject result, Route route)
    {
        var policies = route.Policies;
        if (policies.Access.SatisfyAny)
            result["satisfy"] = "any";
        // A route that is closed asks nobody.
        if (policies is { Login: { } login, Denied: null })
            result["login"] = policies.Access.IsOpen(route) ? "none, since the path is one of no-auth-locations" : Login(login);
    }

    private static JsonObject Login(LoginPolicy policy)
    {
        var result = new JsonObject
        {
            ["type"] = policy.Kind?.ToString().ToLowerInvariant(),
            ["secret"] = policy.Secret?.ToString(),
            ["users"] = policy.Users.Count,
        };
        if (policy.Realm.Length > 0)
            result["realm"] = policy.Realm;
        return result;
    }
}
