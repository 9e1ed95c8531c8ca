using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>Questions about who somebody is and what one may do, answered by the same rules that requests are held to.</summary>
internal static class ReviewRoute
{
    public static Task? TryHandle(HttpContext http, ApiServer server, UserInfo user, RequestPath path)
    {
        if (ReviewResources.Find(path.Group, path.Version, path.Plural) is not { } resource)
            return null;
        if (http.Request.Method != "POST" || path.Name is not null)
            throw ApiError.MethodNotAllowed();
        return AnswerAsync(new ApiRequest(http, server, user, path, resource));
    }

    private static async Task AnswerAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var review = body.Object;
        ObjectBody.CheckKind(request.Resource, review);
        review["metadata"] ??= new JsonObject();
        var spec = review.Object("spec");
        review["status"] = request.Resource.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = request.User.ToJson() },
            "TokenReview" => Owner(request, spec.String("token") ?? "", [.. spec.Strings("audiences")]),
            "SelfSubjectRulesReview" => Rules(request, spec.String("namespace") ?? ""),
            "SelfSubjectAccessReview" => Access(request, request.User, spec),
            _ => Access(request, new UserInfo(spec.String("user") ?? "", [.. spec.Strings("groups")]), spec),
        };
        await Answers.SendAsync(request.Http, 201, review).ConfigureAwait(false);
    }

    private static JsonObject Owner(ApiRequest request, string token, IReadOnlyList<string> audiences)
    {
        string[] wanted = audiences.Count > 0 ? [.. audiences] : [ServiceAccountTokens.Issuer];
        return request.Server.Authentication.Accounts.Identify(token, wanted) is { } user
            ? new JsonObject { ["authenticated"] = true, ["user"] = user.ToJson(), ["audiences"] = Json.Texts(wanted) }
            : new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
    }

    private static JsonObject Access(ApiRequest request, UserInfo user, JsonObject? spec)
    {
        var resource = spec.Object("resourceAttributes");
        var path = spec.Object("nonResourceAttributes");
        if (resource is null == path is null)
        {
            throw ApiError.Invalid(
                request.Resource, "",
                [
                    new StatusCause(
                        "FieldValueInvalid", "Invalid value: exactly one of nonResourceAttributes or resourceAttributes must be specified",
                        "spec.resourceAttributes"),
                ]);
        }

        var asked = resource is null
            ? new AccessRequest(path.String("verb") ?? "") { Path = path.String("path") ?? "" }
            : new AccessRequest(resource.String("verb") ?? "")
            {
                Group = resource.String("group") ?? "",
                Resource = resource.String("resource") ?? "",
                Subresource = resource.String("subresource") ?? "",
                Namespace = resource.String("namespace") ?? "",
                Name = resource.String("name") ?? "",
            };
        var decision = Rbac.Decide(request.Api.Store, user, asked);
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        if (decision.Reason.Length > 0)
            status["reason"] = decision.Reason;
        return status;
    }

    private static JsonObject Rules(ApiRequest request, string namespaceName)
    {
        var rules = Rbac.Rules(request.Api.Store, request.User, namespaceName).ToLookup(rule => rule.ContainsKey("nonResourceURLs"));
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules[false].Select(rule => rule.DeepClone())]),
            ["nonResourceRules"] = new JsonArray([.. rules[true].Select(rule => rule.DeepClone())]),
            ["incomplete"] = false,
        };
    }
}
