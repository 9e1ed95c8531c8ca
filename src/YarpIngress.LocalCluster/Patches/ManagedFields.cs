using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>Keeps metadata.managedFields on writes other than server-side apply.</summary>
internal static class ManagedFields
{
    /// <summary>
    /// Writes the managedFields of <paramref name="after"/>: the manager gains what it changed, the others lose it. Call once the object
    /// is defaulted, before the server fills in what it allocates.
    /// </summary>
    /// <param name="before">State before the write; null on create.</param>
    /// <param name="after">State after the write, changed in place. What it says of managedFields counts, as upstream: a list with one
    /// empty entry resets them, other valid entries replace them, no entries keep those of <paramref name="before"/>.</param>
    /// <param name="manager">Field manager of the request.</param>
    /// <param name="apiVersion">Version of the object that the request wrote.</param>
    /// <param name="subresource">status, scale, or null.</param>
    /// <param name="schema">Schema of the kind; null takes lists as atomic.</param>
    /// <param name="now">Time of the write.</param>
    public static void Update(
        JsonObject? before, JsonObject after, string manager, string apiVersion, string? subresource, KindSchema? schema, DateTime now)
    {
        var given = after.Object("metadata").Array("managedFields");
        if (string.IsNullOrEmpty(subresource) && given is [JsonObject { Count: 0 }])
        {
            ManagedEntry.Write(after, []);
            return;
        }

        var live = ManagedEntry.Read(before);
        var entries = (string.IsNullOrEmpty(subresource) ? ManagedEntry.Read(after) : null) ?? live ?? [];

        // An object whose managedFields were reset stays without until somebody applies it.
        if (before is not null && entries.Count == 0)
        {
            ManagedEntry.Write(after, []);
            return;
        }

        var type = RootType.Of(schema);
        var change = FieldWalk.Compare(type, before ?? [], after, UnownedFields.Of(subresource));
        var current = new ManagedEntry(
            manager, ManagedEntry.UpdateOperation, apiVersion, subresource
                ?? "", ManagedEntry.Timestamp(now), change.Added.Union(change.Modified));
        var updated = Disown(entries, change, except: null);
        ManagedEntry.Write(after, current.Fields.IsEmpty ? updated : Merge(updated, current));
    }

    /// <summary>The entries without the fields that changed or vanished.</summary>
    public static List<ManagedEntry> Disown(IEnumerable<ManagedEntry> entries, Comparison change, ManagedEntry? except)
    {
        if (change.IsSame)
        {
            return [.. entries];
        }

        var lost = change.Added.Union(change.Modified).Union(change.Removed);
        return [.. entries.Select(e => except is not null && e.IsSameManager(except) ? e : e with { Fields = e.Fields.Except(lost) })];
    }

    private static IEnumerable<ManagedEntry> Merge(List<ManagedEntry> entries, ManagedEntry current)
    {
        var index = entries.FindIndex(e => e.IsSameManager(current));
        if (index < 0)
        {
            entries.Add(current);
        }
        else
        {
            entries[index] = current with { Fields = entries[index].Fields.Union(current.Fields) };
        }

        return entries;
    }
}
