using System.Globalization;
using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Patches;

/// <summary>One entry of metadata.managedFields: who owns which fields, and by which operation.</summary>
internal sealed record ManagedEntry(string Manager, string Operation, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    public const string ApplyOperation = "Apply";
    public const string UpdateOperation = "Update";

    // Kept per object; the oldest beyond it are folded into one.
    private const int MaxUpdaters = 10;

    public bool IsApply => Operation == ApplyOperation;

    /// <summary>Whether both speak for the same manager. An applier is the same one under another version of the kind.</summary>
    public bool IsSameManager(ManagedEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource
        && (IsApply || ApiVersion == other.ApiVersion);

    /// <summary>How conflict messages name it.</summary>
    public string Description
    {
        get
        {
            var name = $"\"{Manager}\"" + (Subresource.Length == 0 ? "" : $" with subresource \"{Subresource}\"");
            return IsApply ? name : $"{name} using {ApiVersion}";
        }
    }

    public static string Timestamp(DateTime now) =>
        now.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The entries of an object; null when there are none or they cannot be read, which counts as none.</summary>
    public static List<ManagedEntry>? Read(JsonObject? value)
    {
        if (value.Object("metadata").Array("managedFields") is not { Count: > 0 } list)
        {
            return null;
        }

        var entries = new List<ManagedEntry>(list.Count);
        foreach (var item in list)
        {
            if (item is not JsonObject entry || entry.String("operation") is not (ApplyOperation or UpdateOperation)
                || entry.String("fieldsType") != "FieldsV1" || entry.Object("fieldsV1") is not { } fields)
            {
                return null;
            }

            entries.Add(new ManagedEntry(
                entry.String("manager") ?? "", entry.String("operation")!, entry.String("apiVersion") ?? "",
                entry.String("subresource") ?? "", entry.String("time"), FieldSet.Parse(fields)));
        }

        return entries;
    }

    /// <summary>Writes the entries in upstream's order; none removes the field.</summary>
    public static void Write(JsonObject value, IEnumerable<ManagedEntry> entries)
    {
        var list = new JsonArray();
        foreach (var entry in Capped(entries.Where(e => !e.Fields.IsEmpty)))
        {
            list.Add(entry.ToJson());
        }

        var metadata = value.Ensure("metadata");
        metadata.Remove("managedFields");
        if (list.Count > 0)
        {
            metadata["managedFields"] = list;
        }
    }

    private static IEnumerable<ManagedEntry> Capped(IEnumerable<ManagedEntry> entries)
    {
        var sorted = entries
            .OrderBy(e => e.Operation, StringComparer.Ordinal)
            .ThenBy(e => e.Time, StringComparer.Ordinal)
            .ThenBy(e => e.Manager, StringComparer.Ordinal)
            .ThenBy(e => e.ApiVersion, StringComparer.Ordinal)
            .ThenBy(e => e.Subresource, StringComparer.Ordinal)
            .ToList();
        var excess = sorted.Count(e => !e.IsApply) - MaxUpdaters;
        if (excess <= 0)
        {
            return sorted;
        }

        var oldest = sorted.Where(e => !e.IsApply).Take(excess + 1).ToList();
        var folded = oldest
            .GroupBy(e => e.ApiVersion)
            .Select(g => g.Last() with
            {
                Manager = "ancient-changes",
                Subresource = "",
                Fields = g.Select(e => e.Fields).Aggregate((a, b) => a.Union(b)),
            });
        return sorted.Where(e => e.IsApply).Concat(folded).Concat(sorted.Where(e => !e.IsApply).Skip(excess + 1));
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["manager"] = Manager,
            ["operation"] = Operation,
            ["apiVersion"] = ApiVersion,
        };
        if (Time is not null)
        {
            json["time"] = Time;
        }

        json["fieldsType"] = "FieldsV1";
        json["fieldsV1"] = Fields.ToJson();
        if (Subresource.Length > 0)
        {
            json["subresource"] = Subresource;
        }

        return json;
    }
}
