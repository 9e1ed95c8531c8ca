using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What a delete came to.</summary>
/// <param name="Object">The last state, or the object as it waits for its end.</param>
/// <param name="Gone">Whether it is gone already.</param>
internal readonly record struct DeleteResult(StoredObject Object, bool Gone);
