using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Problems;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Following;

/// <summary>Turns what informers tell of objects into changes of the cache, for the loop that owns it.</summary>
/// <param name="loop">Takes them.</param>
/// <param name="events">Is told of objects that can't be decoded.</param>
/// <param name="scope">Keeps out what is in other namespaces; null where all are wanted.</param>
internal sealed class CacheChanges(ControllerLoop loop, ObjectEvents events, NamespaceScope? scope)
{
    /// <summary>Hands over one change of an object; any thread.</summary>
    /// <param name="change">What happened; not the end of the first list.</param>
    /// <param name="set">Puts an object of this kind into the cache.</param>
    public void Post<T>(InformerEvent<T> change, Action<ClusterCache, T> set)
        where T : class, IKubernetesObject<T>
    {
        var kind = T.Resource.Kind;
        if (change.Key is not { } key)
            return; // Malformed without a readable name: the informer logs it, and there is nothing to file it under.
        loop.Post(kind, key, change switch
        {
            { Type: InformerEventType.Malformed, Malformed: { } malformed } => cache =>
            {
                events.Malformed(new ProblemObject(kind, key), malformed.Uid);
                cache.SetMalformed(kind, key, malformed.Error);
            }
            ,
            { Type: InformerEventType.Deleted } => cache => Remove(cache, kind, key),
            { Object: { } value } => cache => Set(cache, kind, key, c => set(c, value)),
            _ => throw new InvalidOperationException($"an informer's {change.Type} without an object"),
        });
    }

    private void Set(ClusterCache cache, string kind, ObjectKey key, Action<ClusterCache> set)
    {
        if (scope is null)
            set(cache);
        else
            scope.Set(cache, kind, key, set);
    }

    private void Remove(ClusterCache cache, string kind, ObjectKey key)
    {
        if (scope is null)
            cache.Remove(kind, key);
        else
            scope.Remove(cache, kind, key);
    }
}
