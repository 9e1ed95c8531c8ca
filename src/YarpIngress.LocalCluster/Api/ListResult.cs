using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>One page of a list.</summary>
/// <param name="Items">In the order of their keys.</param>
/// <param name="Revision">The snapshot's revision: where a watch goes on.</param>
/// <param name="Continue">Token of the next page; null on the last.</param>
/// <param name="Remaining">Items on later pages; null on the last page and when a selector hides the number.</param>
internal sealed record ListResult(IReadOnlyList<StoredObject> Items, long Revision, string? Continue = null, long? Remaining = null);
