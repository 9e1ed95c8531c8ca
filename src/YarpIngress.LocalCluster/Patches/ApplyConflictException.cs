namespace YarpIngress.LocalCluster.Patches;

/// <summary>Fields of an applied configuration belong to other managers: 409 Conflict with a cause for each.</summary>
internal sealed class ApplyConflictException(IReadOnlyList<ApplyConflict> conflicts) : Exception(Text(conflicts))
{
    /// <summary>For the Status details: reason FieldManagerConflict, message and field.</summary>
    public IReadOnlyList<ApplyConflict> Conflicts { get; } = conflicts;

    private static string Text(IReadOnlyList<ApplyConflict> conflicts)
    {
        if (conflicts.Count == 1)
        {
            return $"Apply failed with 1 conflict: conflict with {conflicts[0].Manager}: {conflicts[0].Field}";
        }

        var lines = new List<string>();
        foreach (var manager in conflicts.GroupBy(c => c.Manager).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            lines.Add($"conflicts with {manager.Key}:");
            lines.AddRange(manager.Select(c => $"- {c.Field}"));
        }

        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', lines)}";
    }
}

/// <summary>One field and the manager that owns it, as messages name them.</summary>
internal sealed record ApplyConflict(string Manager, string Field)
{
    public string Message => $"conflict with {Manager}";
}
