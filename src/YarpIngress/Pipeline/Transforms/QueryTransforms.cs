using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Transforms;

/// <summary>Changes of the query; what is not changed stays as the client wrote it.</summary>
internal static class QueryTransforms
{
    /// <summary>The changed query, with its question mark; empty for none.</summary>
    public static string Apply(Transform step, string query)
    {
        var parts = query.Length < 2 ? [] : query[1..].Split('&').ToList();
        if (!step.Append)
            parts.RemoveAll(part => NameOf(part).Equals(step.Name, StringComparison.OrdinalIgnoreCase));
        if (step.Kind is TransformKind.QueryValueParameter)
            parts.Add($"{Uri.EscapeDataString(step.Name)}={Uri.EscapeDataString(step.Value)}");
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private static string NameOf(string part) =>
        Uri.UnescapeDataString((part.IndexOf('=') is >= 0 and var equals ? part[..equals] : part).Replace('+', ' '));
}
