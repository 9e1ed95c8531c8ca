using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What a write that may create came to.</summary>
/// <param name="Object">The object afterwards.</param>
/// <param name="Created">Whether it was not there before.</param>
internal readonly record struct WriteResult(StoredObject Object, bool Created);
