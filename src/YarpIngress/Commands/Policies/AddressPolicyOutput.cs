using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary>Lists of addresses as <c>translate</c> and <c>explain</c> show them.</summary>
internal static class AddressPolicyOutput
{
    private const int Most = 20;

    /// <summary>Adds them to what is printed of a route.</summary>
    public static void Add(JsonObject route, RoutePolicies policies)
    {
        if (policies.Addresses is not { } addresses)
            return;
        var result = new JsonObject();
        if (addresses.Refused is { } refused)
            result["refused"] = List(refused);
        if (addresses.Allowed is { } allowed)
            result["allowed"] = List(allowed);
        route["addresses"] = result;
    }

    /// <summary>In words.</summary>
    public static string Text(AddressPolicy policy)
    {
        var parts = new List<string>(2);
        if (policy.Refused is { } refused)
            parts.Add("refused: " + Short(refused));
        if (policy.Allowed is { } allowed)
            parts.Add("allowed: " + Short(allowed));
        return string.Join("; ", parts);
    }

    private static JsonArray List(AddressList list) => new([.. Items(list).Select(item => (JsonNode?)item)]);

    private static string Short(AddressList list) => list.Networks.Count == 0 ? "nobody" : string.Join(", ", Items(list));

    private static IEnumerable<string> Items(AddressList list) => list.Networks.Count <= Most
        ? list.Networks
        : [.. list.Networks.Take(Most), string.Create(CultureInfo.InvariantCulture, $"and {list.Networks.Count - Most} more")];
}
