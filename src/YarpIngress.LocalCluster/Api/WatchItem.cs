using YarpIngress.LocalCluster.Store;

namespace YarpIngress.LocalCluster.Api;

/// <summary>One event of a watch.</summary>
/// <param name="Type">What happened, as this watch's selectors see it.</param>
/// <param name="Object">The object; null for a bookmark.</param>
/// <param name="Revision">Where a new watch would go on.</param>
/// <param name="Source">The change behind it, whose bytes all watches share; null for an object that was there at the start.</param>
/// <param name="EndsInitial">A bookmark after the last object that was there at the start.</param>
internal readonly record struct WatchItem(
    WatchEventType Type, StoredObject? Object, long Revision, StoreEvent? Source = null, bool EndsInitial = false);
