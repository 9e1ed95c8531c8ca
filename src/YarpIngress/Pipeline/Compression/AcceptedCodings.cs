using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.Compression;

/// <summary>Which codings a client accepts (RFC 9110, 12.5.3).</summary>
internal static class AcceptedCodings
{
    /// <summary>How much it wants <paramref name="coding"/>, from 0, not at all, to 1.</summary>
    /// <param name="header">Its Accept-Encoding; without one a client may get anything, and gets nothing here.</param>
    /// <param name="coding">The coding, in lower case.</param>
    public static double Quality(StringValues header, string coding)
    {
        var any = 0.0;
        foreach (var line in header)
            foreach (var range in line.AsSpan().Split(','))
            {
                var item = line.AsSpan()[range];
                var semicolon = item.IndexOf(';');
                var name = (semicolon < 0 ? item : item[..semicolon]).Trim();
                if (name.Equals(coding, StringComparison.OrdinalIgnoreCase))
                    return Weight(item, semicolon);
                if (name is "*")
                    any = Weight(item, semicolon);
            }
        return any;
    }

    private static double Weight(ReadOnlySpan<char> item, int semicolon)
    {
        if (semicolon < 0)
            return 1;
        var parameter = item[(semicolon + 1)..].Trim();
        // What is no weight is nothing that anybody can be sure of.
        return parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameter[2..].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 0 and <= 1
                ? weight
                : 0;
    }
}
