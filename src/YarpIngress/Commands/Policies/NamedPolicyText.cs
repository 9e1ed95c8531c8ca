using System.Globalization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Commands.Policies;

/// <summary>The policies that routes refer to by name in words, for <c>translate</c> and <c>explain</c>.</summary>
internal static class NamedPolicyText
{
    /// <summary>How many requests are let through.</summary>
    public static string Of(RateLimiterPolicy policy)
    {
        var limit = policy.Kind switch
        {
            RateLimiterKind.FixedWindow => Text($"{policy.Permits} requests in a window of {policy.Window:c}"),
            RateLimiterKind.SlidingWindow => Text($"{policy.Permits} requests in any {policy.Window:c}, in {policy.Segments} segments"),
            RateLimiterKind.TokenBucket => Text($"{policy.Permits} requests at once, {policy.TokensPerPeriod} more each {policy.Window:c}"),
            _ => Text($"{policy.Permits} open requests"),
        };
        var first = policy.NewestFirst ? "newest" : "oldest";
        var waiting = policy.QueueLimit == 0 ? "" : Text($", {policy.QueueLimit} more wait, the {first} first");
        var whom = policy.PerClient ? "each address of a client" : "all clients together";
        return Text($"{limit}{waiting}, else {policy.Status}, for {whom}");
    }

    /// <summary>Which answers are kept.</summary>
    public static string Of(OutputCachePolicy policy)
    {
        var query = policy.QueryNames switch
        {
            null => "the whole query",
            { Count: 0 } => "no part of the query",
            { } names => "the query's " + string.Join(", ", names),
        };
        var headers = policy.HeaderNames.Count == 0 ? "" : " and the headers " + string.Join(", ", policy.HeaderNames);
        return Text($"for {policy.Expiration:c}, by {query}{headers}, up to {policy.MaximumBodySize} bytes")
            + (policy.AllowsCookies ? ", with cookies too" : "") + (policy.Locks ? "" : ", without waiting for each other");
    }

    /// <summary>Who is let in.</summary>
    public static string Of(AuthorizationPolicy policy)
    {
        var parts = new List<string>();
        if (policy.RequiresUser)
            parts.Add("somebody who is authenticated");
        if (policy.Users.Count > 0)
            parts.Add("the users " + string.Join(", ", policy.Users));
        if (policy.Subjects.Count > 0)
            parts.Add("certificates with " + string.Join(" or ", policy.Subjects));
        foreach (var (header, values) in policy.Claims)
            parts.Add($"the claim {header}" + (values.Count == 0 ? "" : " of " + string.Join(" or ", values)));
        if (policy.Networks is { } networks)
            parts.Add($"clients of {networks}");
        if (policy.Methods.Count > 0)
            parts.Add("the methods " + string.Join(", ", policy.Methods));
        return string.Join("; ", parts);
    }

    /// <summary>Whose pages may read the answers.</summary>
    public static string Of(CorsPolicy policy)
    {
        var origins = policy.AllowsAnyOrigin ? "any origin" : string.Join(", ", policy.Origins);
        return $"{origins} by {policy.Methods}" + (policy.Credentials ? ", with cookies" : "");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
