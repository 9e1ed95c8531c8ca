using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>Server-side apply: merge, ownership, conflicts, and removal of what is no longer applied.</summary>
internal static class ServerSideApply
{
    private const string BeforeFirstApply = "before-first-apply";

    /// <summary>The object after the apply, managedFields included; the arguments are not changed.</summary>
    /// <param name="live">The stored object; null when there is none.</param>
    /// <param name="applied">The configuration.</param>
    /// <param name="manager">Field manager.</param>
    /// <param name="force">Whether to take fields from other managers.</param>
    /// <param name="schema">Schema of the kind; null takes lists as atomic.</param>
    /// <param name="apiVersion">Version of the configuration.</param>
    /// <param name="subresource">status, scale, or null.</param>
    /// <param name="now">Time of the apply.</param>
    /// <exception cref="ApplyConflictException">Another manager owns a field that would change, and force is off.</exception>
    public static JsonObject Apply(
        JsonObject? live, JsonObject applied, string manager, bool force, KindSchema? schema, string apiVersion, string? subresource,
        DateTime now)
    {
        if (applied.Object("metadata").Array("managedFields") is { Count: > 0 })
        {
            throw PatchException.Malformed("metadata.managedFields must be nil");
        }

        var type = RootType.Of(schema);
        ApplyTypeCheck.Run(type, applied, schema, apiVersion);
        var self = new ManagedEntry(
            manager, ManagedEntry.ApplyOperation, apiVersion, subresource ?? "", ManagedEntry.Timestamp(now), new FieldSet());
        var result = LastApplied.IsKubectl(manager)
            ? LastApplied.Resolve(live, type, force, takeOver => Run(live, applied, self, takeOver, schema, type))
            : Run(live, applied, self, force, schema, type);
        LastApplied.Refresh(manager, applied, result);
        return result;
    }

    private static JsonObject Run(JsonObject? live, JsonObject applied, ManagedEntry self, bool force, KindSchema? schema, FieldType? type)
    {
        var ignored = UnownedFields.Of(self.Subresource);
        var before = live ?? [];
        var entries = ManagedEntry.Read(live) ?? Untracked(live, self, type, ignored);
        var previous = entries.Find(e => e.IsSameManager(self));
        var fields = FieldWalk.FieldsOf(type, applied, ignored);
        self = self with { Fields = fields };
        entries = [.. entries.Where(e => e != previous), self];

        var merged = (JsonObject)FieldWalk.Merge(type, before, applied)!;
        if (previous is not null)
        {
            merged = Prune(type, merged, previous.Fields, entries);
        }

        KeepIdentity(merged, live);
        if (schema is not null)
        {
            // An atomic value that differs from the live one by its defaults only is no change, so no conflict either.
            Defaulting.Apply(schema, merged);
        }

        var change = FieldWalk.Compare(type, before, merged, ignored);
        if (!force)
        {
            ThrowOnConflicts(entries, self, change);
        }

        var updated = ManagedFields.Disown(entries, change, except: self);
        if (change.IsSame && previous is not null)
        {
            // Nothing new: the time stays that of the last change.
            updated[^1] = self with { Time = previous.Time };
        }

        ManagedEntry.Write(merged, updated);
        return merged;
    }

    private static void ThrowOnConflicts(List<ManagedEntry> entries, ManagedEntry self, Comparison change)
    {
        var touched = change.Added.Union(change.Modified);
        if (touched.IsEmpty)
        {
            return;
        }

        var conflicts = entries
            .Where(e => !e.IsSameManager(self))
            .SelectMany(e => e.Fields.Intersect(touched).Paths().Select(p => new ApplyConflict(e.Description, p)))
            .ToList();
        if (conflicts.Count > 0)
        {
            throw new ApplyConflictException(conflicts);
        }
    }

    // Fields that the manager named last time and names no more go, unless somebody else owns them.
    private static JsonObject Prune(FieldType? type, JsonObject merged, FieldSet last, List<ManagedEntry> entries)
    {
        if (last.IsEmpty)
        {
            return merged;
        }

        last = FieldWalk.WithNamedFields(type, last);
        var owned = FieldWalk.WithNamedFields(type, entries.Aggregate(new FieldSet(), (all, e) => all.Union(e.Fields)));
        var all = FieldWalk.WithNamedFields(type, FieldWalk.FieldsOf(type, merged, null));

        var pruned = FieldWalk.Remove(type, merged, last);
        var kept = Kept(pruned).Union(owned);
        pruned = FieldWalk.Remove(type, merged, all.Except(kept));

        // What nobody owns and was not applied before either only went with its parent.
        var result = FieldWalk.Remove(type, merged, all.Except(Kept(pruned)).Intersect(last));
        return (JsonObject)result!;

        FieldSet Kept(JsonNode? value) => FieldWalk.WithNamedFields(type, FieldWalk.FieldsOf(type, value, null));
    }

    private static void KeepIdentity(JsonObject merged, JsonObject? live)
    {
        if (live.Object("metadata") is not { } present)
        {
            return;
        }

        var metadata = merged.Ensure("metadata");
        foreach (
            var name in (ReadOnlySpan<string>)["name", "namespace", "uid", "creationTimestamp", "generation", "selfLink", "managedFields"])
        {
            if (present[name] is { } value)
            {
                metadata[name] = value.DeepClone();
            }
        }
    }

    // Of an object that nobody tracked, the first apply takes nothing away: all of it belongs to a manager of that name.
    private static List<ManagedEntry> Untracked(JsonObject? live, ManagedEntry self, FieldType? type, FieldSet ignored)
    {
        if (live is null)
        {
            return [];
        }

        var everything = FieldWalk.Compare(type, new JsonObject(), live, ignored).Added;
        return [new ManagedEntry(BeforeFirstApply, ManagedEntry.UpdateOperation, self.ApiVersion, "", self.Time, everything)];
    }
}
