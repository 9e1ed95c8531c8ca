using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>
/// For how long an answer may be given to others, by its headers: what a pod says shortens the policy's time, and never lengthens
/// it.
/// </summary>
internal static class AnswerLifetime
{
    /// <summary>The time; zero when it may not be kept at all.</summary>
    public static TimeSpan Of(int status, IHeaderDictionary headers, OutputCachePolicy policy, DateTimeOffset now)
    {
        if (status != StatusCodes.Status200OK || headers.SetCookie.Count > 0 || headers.ContentRange.Count > 0 || headers.Trailer.Count > 0
            || headers.ContentLength > policy.MaximumBodySize || !VariesByKnown(headers.Vary, policy)
            || IsEventStream(headers) || headers.Pragma.ToString().Contains("no-cache", StringComparison.OrdinalIgnoreCase))
            return TimeSpan.Zero;
        var lifetime = policy.Expiration;
        if (headers.CacheControl.Count > 0)
        {
            if (!CacheControlHeaderValue.TryParse(headers.CacheControl.ToString(), out var control)
                || control.NoStore || control.NoCache || control.Private)
                return TimeSpan.Zero;
            if ((control.SharedMaxAge ?? control.MaxAge) is { } age)
                return Least(lifetime, age - AgeOf(headers));
        }
        if (headers.Expires.Count == 0)
            return lifetime;
        // RFC 9111, 5.3: what is no date, such as 0, is over.
        return DateTimeOffset.TryParseExact(
            headers.Expires.ToString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
            ? Least(lifetime, expires - now)
            : TimeSpan.Zero;
    }

    /// <summary>How old the answer was when it came: somebody may have kept it before.</summary>
    public static TimeSpan AgeOf(IHeaderDictionary headers) =>
        uint.TryParse(headers.Age.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Zero;

    // It has no end: nobody is to wait for it.
    private static bool IsEventStream(IHeaderDictionary headers) =>
        headers.ContentType.ToString().AsSpan().TrimStart().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    // What an answer depends on, and is not part of the key, would be given to those whom it is not for.
    private static bool VariesByKnown(StringValues vary, OutputCachePolicy policy)
    {
        foreach (var line in vary)
            foreach (var name in (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                if (!policy.HeaderNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                    return false;
        return true;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other > TimeSpan.Zero ? other : TimeSpan.Zero;
}
