using YarpIngress.LocalCluster.Api.Selectors;

namespace YarpIngress.LocalCluster.Api;

/// <summary>The query of a list or watch.</summary>
internal sealed record ListOptions
{
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;

    public FieldSelector Fields { get; init; } = FieldSelector.Everything;

    /// <summary>Items per page; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page before.</summary>
    public string? Continue { get; init; }

    public string? ResourceVersion { get; init; }

    /// <summary><c>Exact</c> or <c>NotOlderThan</c>.</summary>
    public string? ResourceVersionMatch { get; init; }

    /// <summary>Watches: send bookmarks.</summary>
    public bool AllowBookmarks { get; init; }

    /// <summary>Watches: begin with the objects that exist; null for the rule of the resourceVersion.</summary>
    public bool? SendInitialEvents { get; init; }

    /// <summary>Watches: how long; null for the server's choice.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>For callers that have no wishes.</summary>
    public static ListOptions Default { get; } = new();

    /// <summary>Whether the selectors pass <paramref name="value"/>.</summary>
    public bool Matches(Store.StoredObject value) => Labels.Matches(value.Labels) && Fields.Matches(value);
}
