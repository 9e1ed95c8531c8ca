using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>
/// Questions about who one is and what one may do. There is one user,
/// and it may do everything: RBAC objects are stored, not enforced.
/// </summary>
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
        review["status"] = request.Resource.Kind switch
        {
            "SelfSubjectReview" => new JsonObject
            {
                ["userInfo"] = new JsonObject { ["username"] = request.User.Name, ["groups"] = Texts(request.User.Groups) },
            },
            "SelfSubjectRulesReview" => new JsonObject
            {
                ["resourceRules"] = new JsonArray(
                    new JsonObject { ["verbs"] = Texts(["*"]), ["apiGroups"] = Texts(["*"]), ["resources"] = Texts(["*"]) }),
                ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = Texts(["*"]), ["nonResourceURLs"] = Texts(["*"]) }),
                ["incomplete"] = false,
            },
            _ => new JsonObject { ["allowed"] = true },
        };
        await Answers.SendAsync(request.Http, 201, review).ConfigureAwait(false);
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
