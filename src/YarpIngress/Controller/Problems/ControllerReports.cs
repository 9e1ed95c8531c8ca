using YarpIngress.Controller.Cache;
using YarpIngress.Controller.Following;
using YarpIngress.Controller.Status;
using YarpIngress.Controller.Updates;
using YarpIngress.Kubernetes;
using YarpIngress.Translation.Ingress.References;

namespace YarpIngress.Controller.Problems;

/// <summary>
/// Tells the world what a published change means: problems in the log, in metrics and as Events, Ingresses to the status
/// writer, Secrets that no watch brings to their reader. Owned by the controller loop; nothing here waits.
/// </summary>
internal sealed class ControllerReports(ProblemLog problems, LiveObjects live, ObjectEvents events, StatusWriter? status)
{
    /// <summary>Reads what is referred to and not followed; null follows all that there is.</summary>
    public ReferencedObjects? Referenced { get; set; }

    /// <summary>Tells of <paramref name="change"/> and of what the proxy found when it was published.</summary>
    public void Report(ModelChange change, IReadOnlyList<ProblemChange> fromProxy, ClusterCache cache)
    {
        live.Follow(change, fromProxy);
        foreach (var changes in (IReadOnlyList<ProblemChange>[])[change.Problems, fromProxy])
            foreach (var problem in changes)
            {
                problems.Write(problem);
                events.Problems(problem, cache);
            }

        foreach (var key in change.IngressesRemoved)
        {
            status?.RemoveIngress(key);
            events.Removed(key);
        }
        foreach (var key in change.IngressesSet)
        {
            if (cache.Ingress(key) is not { } ingress)
                continue;
            status?.SetIngress(ingress);
            events.Loaded(ingress);
            foreach (var use in cache.Selected.Find(key)?.Secrets ?? [])
                WantIfMissing(use.Secret, cache);
        }
    }

    /// <summary>The first state is live.</summary>
    public void FirstSync(ClusterCache cache)
    {
        events.FirstSync();
        if (cache.Settings.DefaultCertificate is { } certificate)
            WantIfMissing(certificate, cache);
    }

    private void WantIfMissing(ObjectKey secret, ClusterCache cache)
    {
        if (cache.Secret(secret) is null)
            Referenced?.Want(new NamedObject(NamedKind.Secret, secret));
    }
}
