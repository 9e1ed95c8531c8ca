using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.OutputCache;

/// <summary>
/// The answers that a route keeps. They are the route's own, so that no other route can ever give one of them; when anything of the route
/// changes, it is another one, which begins with none.
/// </summary>
internal sealed class KeptAnswers(OutputCachePolicy policy, AnswerStore store)
{
    /// <summary>Which answers are kept.</summary>
    public OutputCachePolicy Policy { get; } = policy;

    /// <summary>The memory that they are in.</summary>
    public AnswerStore Store { get; } = store;

    /// <summary>By key; this and the rest belong to the store, under its lock.</summary>
    internal Dictionary<string, KeptPlace> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that are being fetched, by key.</summary>
    internal Dictionary<string, ComingAnswer> Coming { get; } = new(StringComparer.Ordinal);

    /// <summary>The one that was asked for last in front.</summary>
    internal LinkedList<KeptAnswer> Recent { get; } = [];

    /// <summary>How many bytes they take.</summary>
    internal long Bytes { get; set; }

    /// <summary>Whether the route is gone.</summary>
    internal bool IsClosed { get; set; }

    /// <summary>The route is gone.</summary>
    public void Close() => Store.Close(this);
}
