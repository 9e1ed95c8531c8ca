using Microsoft.Extensions.Primitives;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>A pod's answer that others get too.</summary>
internal sealed class KeptAnswer
{
    // Objects, strings and list nodes of an entry, about.
    private const int Overhead = 512;

    /// <summary>What it answers; see <see cref="CacheKey"/>.</summary>
    public required string Key { get; init; }

    /// <summary>The pod's headers, without what the gateway adds.</summary>
    public required KeyValuePair<string, StringValues>[] Headers { get; init; }

    /// <summary>The pod's Server header; null without one.</summary>
    public required string? Server { get; init; }

    /// <summary>Its body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>When it came; time stamps of the store's clock.</summary>
    public required long KeptAt { get; init; }

    /// <summary>How old it was then, as its Age says.</summary>
    public required TimeSpan AgeAtFirst { get; init; }

    /// <summary>For how long it may be given to others.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>The route's answers, of which it is one.</summary>
    public required KeptAnswers Owner { get; init; }

    /// <summary>How many bytes it takes, about.</summary>
    public long Size => Overhead + 2L * Key.Length + Body.Length
        + Headers.Sum(header => 2L * (header.Key.Length + header.Value.Sum(value => value?.Length ?? 0)) + 64);
}
