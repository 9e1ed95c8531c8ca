using System.Globalization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands;

/// <summary>Policies of routes in words, for <c>translate</c> and <c>explain</c>.</summary>
internal static class RoutePolicyText
{
    /// <summary>Which requests a canary takes.</summary>
    public static string Canary(CanaryPolicy policy)
    {
        var rules = new List<string>();
        if (policy.Header is { } header)
            rules.Add(policy switch
            {
                { HeaderValue: { } value } => $"header {header} is {value}",
                { HasBrokenPattern: true } => $"not with header {header}",
                { HeaderPattern: { } pattern } => $"header {header} matches {pattern}",
                _ => $"header {header} is always, not when it is never",
            });
        if (policy.Cookie is { } cookie)
            rules.Add($"cookie {cookie} is always, not when it is never");
        rules.Add(string.Create(CultureInfo.InvariantCulture, $"{policy.Weight} of {policy.WeightTotal} others"));
        return string.Join("; ", rules) + (policy.IgnoresAffinity ? "; whatever session a request belongs to" : "");
    }

    /// <summary>How sessions are kept.</summary>
    public static string Affinity(AffinityPolicy policy)
    {
        var parts = new List<string> { $"cookie {policy.CookieName}", policy.Mode == AffinityMode.Persistent ? "persistent" : "balanced" };
        if (policy.CookiePath is { } path)
            parts.Add($"Path={path}");
        if (policy.CookieDomain is { } domain)
            parts.Add($"Domain={domain}");
        if (policy.Expires is { } expires)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"Expires in {expires}s"));
        if (policy.MaxAge is { } age)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"Max-Age={age}"));
        if (policy.SameSite is { } sameSite)
            parts.Add($"SameSite={sameSite}" + (policy.ConditionalSameSiteNone ? " where it is understood" : ""));
        parts.Add(policy.Secure ? "Secure" : "Secure over TLS");
        if (policy.ChangeOnFailure)
            parts.Add("changes on failure");
        return string.Join(", ", parts);
    }
}
