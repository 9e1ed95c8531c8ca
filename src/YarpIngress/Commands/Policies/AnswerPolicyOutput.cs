using System.Text.Json.Nodes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary>The policies of answers as <c>translate</c> prints them: only what is set.</summary>
internal static class AnswerPolicyOutput
{
    /// <summary>Adds them to what is printed of a route.</summary>
    public static void Add(JsonObject route, RoutePolicies policies)
    {
        if (policies.Cors is { } cors)
            route["cors"] = Cors(cors);
        if (policies.CustomHeaders is { } headers)
            route["customHeaders"] = Headers(headers.Headers);
        if (policies.Rewrites is { IsUsed: true } rewrites)
            route["answerRewrites"] = Rewrites(rewrites);
        if (policies.Errors is { } errors)
            route["errors"] = Errors(errors);
        if (policies.Mirror is { } mirror)
            route["mirror"] = Mirror(mirror);
    }

    private static JsonObject Cors(CorsPolicy policy)
    {
        var result = new JsonObject
        {
            ["origins"] = policy.AllowsAnyOrigin ? "*" : List(policy.Origins.Select(origin => (JsonNode?)origin.ToString())),
            ["methods"] = policy.Methods,
            ["headers"] = policy.Headers,
            ["credentials"] = policy.Credentials,
            ["maxAge"] = policy.MaxAge,
        };
        if (policy.ExposeHeaders.Length > 0)
            result["exposeHeaders"] = policy.ExposeHeaders;
        return result;
    }

    private static JsonObject Rewrites(AnswerRewritePolicy policy)
    {
        var result = new JsonObject();
        if (policy.CookieDomain is { } domain)
            result["cookieDomain"] = domain.ToString();
        if (policy.CookiePath is { } path)
            result["cookiePath"] = path.ToString();
        if (policy.Redirect is { } redirect)
            result["redirect"] = redirect.ToString();
        return result;
    }

    private static JsonObject Errors(ErrorPolicy policy)
    {
        var result = new JsonObject();
        if (policy.Codes.Count > 0)
            result["codes"] = List(policy.Codes.Select(code => (JsonNode?)code));
        if (policy.OwnOnly)
            result["ownOnly"] = true;
        if (policy.Backend is { } backend)
            result["defaultBackend"] = backend.ToString();
        return result;
    }

    private static JsonObject Mirror(MirrorPolicy policy)
    {
        var result = new JsonObject { ["target"] = policy.Target?.Source };
        if (policy.Host is { } host)
            result["host"] = host;
        if (!policy.Body)
            result["body"] = false;
        return result;
    }

    private static JsonObject Headers(EquatableArray<HeaderValue> headers) =>
        new(headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)header.Value)));

    private static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);
}
