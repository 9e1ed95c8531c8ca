using System.Text.Json.Nodes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary>The policies of answers as <c>translate</c> prints them: only what is set.</summary>
internal static class AnswerPolicyOutput
{
    /// <summary>Adds them to what is printed of a route.</summary>
    public static void Add(JsonObject route, RoutePolicies policies)
    {
        if (policies.CustomHeaders is { } headers)
            route["customHeaders"] = Headers(headers.Headers);
    }

    private static JsonObject Headers(EquatableArray<HeaderValue> headers) =>
        new(headers.Select(header => KeyValuePair.Create(header.Name, (JsonNode?)header.Value)));
}
