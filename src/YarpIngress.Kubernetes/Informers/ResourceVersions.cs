using System.Globalization;

namespace YarpIngress.Kubernetes;

/// <summary>
/// The order of resource versions. They are opaque on paper; every API server counts them up, and where one does not,
/// the answer is "not known" and only equality decides.
/// </summary>
internal static class ResourceVersions
{
    /// <summary>Whether <paramref name="version"/> is known to be no newer than <paramref name="than"/>.</summary>
    public static bool IsNotNewer(string? version, string? than)
    {
        if (string.IsNullOrEmpty(version) || string.IsNullOrEmpty(than))
            return false;
        return version == than || (TryParse(version, out var left) && TryParse(than, out var right) && left <= right);
    }

    /// <summary>Whether <paramref name="version"/> is known to be older than <paramref name="than"/>.</summary>
    public static bool IsOlder(string? version, string? than) =>
        TryParse(version, out var left) && TryParse(than, out var right) && left < right;

    private static bool TryParse(string? version, out ulong number) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
