using System.Text.Json.Nodes;
using YarpIngress.Commands.Policies;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands;

/// <summary>What YARP's dialect asks for, in what <c>translate</c> prints.</summary>
internal static class DialectPolicyOutput
{
    /// <summary>Adds what is set.</summary>
    public static void Add(JsonObject route, RoutePolicies policies)
    {
        if (policies.Conditions is { } conditions)
            route["conditions"] = conditions.ToString();
        if (policies.Transforms is { } transforms)
            route["transforms"] = new JsonArray([.. transforms.Steps.Select(step => (JsonNode)step.ToString())]);
        if (policies.Timeout is { } timeout)
            route["timeout"] = timeout.ToString("c");
        if (policies.Authorization is { } authorization)
            route["authorization"] = NamedPolicyText.Of(authorization);
        if (policies.RateLimiter is { } limiter)
            route["rateLimiter"] = NamedPolicyText.Of(limiter);
        if (policies.OutputCache is { } cache)
            route["outputCache"] = NamedPolicyText.Of(cache);
    }
}
