using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Reads one cookie without looking at the others (RFC 6265, 5.4).</summary>
internal static class CookieHeader
{
    /// <summary>The value of the first cookie of this name, which is case-sensitive.</summary>
    public static bool TryGet(StringValues cookies, string name, out ReadOnlySpan<char> value)
    {
        foreach (var line in cookies)
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan(range).Trim(' ');
                if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal))
                    continue;
                value = pair[(name.Length + 1)..];
                return true;
            }
        }
        value = default;
        return false;
    }
}
