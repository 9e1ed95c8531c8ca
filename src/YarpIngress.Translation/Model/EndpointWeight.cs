using System.Net;

namespace YarpIngress.Translation.Model;

/// <summary>How much the endpoints of an address range take, compared to others.</summary>
/// <param name="Range">The addresses; a single one is a range too.</param>
/// <param name="Weight">0 to 1000; 0 takes nothing as long as another one takes something.</param>
public readonly record struct EndpointWeight(IPNetwork Range, int Weight)
{
    /// <summary>Of endpoints that no range holds.</summary>
    public const int Default = 1;

    /// <summary>As it is written, <c>10.1.2.0/24=3</c>.</summary>
    public override string ToString() =>
        Range.PrefixLength == Range.BaseAddress.GetAddressBytes().Length * 8 ? $"{Range.BaseAddress}={Weight}" : $"{Range}={Weight}";

    /// <summary>The weight of an address: that of the smallest range that holds it.</summary>
    public static int Of(string address, EquatableArray<EndpointWeight> weights)
    {
        if (weights.Count == 0 || !IPAddress.TryParse(address, out var parsed))
            return Default;
        var (weight, length) = (Default, -1);
        foreach (var one in weights)
        {
            if (one.Range.PrefixLength > length && one.Range.Contains(parsed))
                (weight, length) = (one.Weight, one.Range.PrefixLength);
        }
        return weight;
    }
}
