using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Api.Routes;

/// <summary>POST on a ServiceAccount's token, as <c>kubectl create token</c> sends it.</summary>
internal static class TokenRoute
{
    private const long DefaultSeconds = 3600;
    private const long LeastSeconds = 600;
    private const long MostSeconds = 1L << 32;

    public static async Task HandleAsync(ApiRequest request)
    {
        var body = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false)
            ?? throw ApiError.BadRequest("the body of the request is empty");
        var answer = body.Object;
        var account = request.Api.Get(request.Resource, request.Namespace, request.Path.Name!);
        var spec = answer.Ensure("spec");
        var seconds = spec.Integer("expirationSeconds") ?? DefaultSeconds;
        if (seconds is < LeastSeconds or > MostSeconds)
        {
            var limit = seconds < LeastSeconds ? "less than 10 minutes" : "larger than 2^32 seconds";
            throw ApiError.Invalid(
                "authentication.k8s.io", "TokenRequest", "",
                [
                    new StatusCause(
                        "FieldValueInvalid", $"Invalid value: {seconds}: may not specify a duration {limit}", "spec.expirationSeconds"),
                ]);
        }

        string[] audiences = [.. spec.Strings("audiences")];
        if (audiences.Length == 0)
            audiences = [ServiceAccountTokens.Issuer];
        var end = request.Server.Time.GetUtcNow().AddSeconds(seconds);
        (answer["kind"], answer["apiVersion"]) = ("TokenRequest", "authentication.k8s.io/v1");
        answer["metadata"] = new JsonObject { ["name"] = account.Name, ["namespace"] = account.Namespace };
        spec["audiences"] = Json.Texts(audiences);
        spec["expirationSeconds"] = seconds;
        answer["status"] = new JsonObject
        {
            ["token"] = request.Server.Authentication.Accounts.Issue(account, audiences, end),
            ["expirationTimestamp"] = end.Timestamp(),
        };
        await Answers.SendAsync(request.Http, 201, answer).ConfigureAwait(false);
    }
}
