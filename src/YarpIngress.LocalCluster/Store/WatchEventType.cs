namespace YarpIngress.LocalCluster.Store;

/// <summary>What happened to an object, as watches name it.</summary>
internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
}
