namespace YarpIngress.Observability.Dashboard.Api;

/// <summary>
/// The inventory, counted anew when it is some seconds old: however many pages are open, a large cluster is not walked for
/// each of their questions.
/// </summary>
internal sealed class RecentInventory(DashboardSource source)
{
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private Inventory? _inventory;
    private long _countedAt;

    public Inventory Now()
    {
        lock (_lock)
        {
            if (_inventory is null || source.Time.GetElapsedTime(_countedAt) > Good)
                (_inventory, _countedAt) = (Inventory.Count(source), source.Time.GetTimestamp());
            return _inventory;
        }
    }
}
