using System.Security.Cryptography;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Names from <c>generateName</c>.</summary>
internal static class GeneratedName
{
    /// <summary>Upstream's alphabet: no vowels and no digits that look like letters, so that no words come out.</summary>
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    private const int MaxNameLength = 63;
    private const int SuffixLength = 5;

    public static string From(string prefix)
    {
        if (prefix.Length > MaxNameLength - SuffixLength)
            prefix = prefix[..(MaxNameLength - SuffixLength)];
        return prefix + RandomNumberGenerator.GetString(Alphabet, SuffixLength);
    }
}
