using System.Globalization;
using Microsoft.Net.Http.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// How long an answer may be shared, in nginx's order: what the service says itself, by X-Accel-Expires, Cache-Control or Expires, goes
/// before what is configured.
/// </summary>
internal static class AuthAnswerLifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>How long; zero for not at all.</summary>
    public static TimeSpan Of(HttpResponseMessage answer, ExternalAuthPolicy policy, DateTimeOffset now)
    {
        var status = (int)answer.StatusCode;
        if (policy.CacheKey is null || status is not ((>= 200 and <= 299) or 401 or 403))
            return TimeSpan.Zero;
        // A cookie is one client's; what varies by a header is not the same for all that share a key.
        if (AuthAnswer.Values(answer, HeaderNames.SetCookie).Count > 0 || Varies(answer))
            return TimeSpan.Zero;
        var lifetime = Said(answer, now) ?? policy.CacheTime(status);
        return lifetime < TimeSpan.Zero ? TimeSpan.Zero : lifetime > Longest ? Longest : lifetime;
    }

    private static bool Varies(HttpResponseMessage answer) => AuthAnswer.Values(answer, HeaderNames.Vary)
        .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Any(name => !name.Equals(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the service says; null when it says nothing.</summary>
    private static TimeSpan? Said(HttpResponseMessage answer, DateTimeOffset now)
    {
        if (AuthAnswer.Values(answer, "X-Accel-Expires").ToString() is { Length: > 0 } accel)
            return accel.StartsWith('@')
                ? Seconds(accel.AsSpan(1)) is { } at ? TimeSpan.FromSeconds(at) - (now - DateTimeOffset.UnixEpoch) : TimeSpan.Zero
                : TimeSpan.FromSeconds(Seconds(accel) ?? 0);
        if (CacheControl(AuthAnswer.Values(answer, HeaderNames.CacheControl).ToString()) is { } told)
            return told;
        if (AuthAnswer.Values(answer, HeaderNames.Expires).ToString() is not { Length: > 0 } expires)
            return null;
        return DateTimeOffset.TryParseExact(expires, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            ? end - now
            : TimeSpan.Zero;
    }

    private static TimeSpan? CacheControl(string value)
    {
        TimeSpan? age = null;
        TimeSpan? shared = null;
        foreach (var part in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var directive = part.AsSpan();
            if (directive.StartsWith("no-store", StringComparison.OrdinalIgnoreCase)
                || directive.StartsWith("no-cache", StringComparison.OrdinalIgnoreCase)
                || directive.StartsWith("private", StringComparison.OrdinalIgnoreCase))
                return TimeSpan.Zero;
            if (directive.StartsWith("s-maxage=", StringComparison.OrdinalIgnoreCase))
                shared = TimeSpan.FromSeconds(Seconds(directive["s-maxage=".Length..]) ?? 0);
            else if (directive.StartsWith("max-age=", StringComparison.OrdinalIgnoreCase))
                age = TimeSpan.FromSeconds(Seconds(directive["max-age=".Length..]) ?? 0);
        }
        return shared ?? age;
    }

    private static long? Seconds(ReadOnlySpan<char> text) =>
        uint.TryParse(text.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
