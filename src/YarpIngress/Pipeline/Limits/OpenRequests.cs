using System.Runtime.InteropServices;

namespace YarpIngress.Pipeline.Limits;

/// <summary>How many requests clients have open. There are never more entries than requests.</summary>
internal sealed class OpenRequests
{
    // Held for one look-up.
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _open = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum();
        }
    }

    /// <summary>Counts one more, unless there are <paramref name="most"/>.</summary>
    public bool TryEnter(UInt128 client, int most)
    {
        lock (_lock)
        {
            ref var open = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, client, out _);
            if (open >= most)
                return false;
            open++;
            return true;
        }
    }

    /// <summary>Counts one less.</summary>
    public void Leave(UInt128 client)
    {
        lock (_lock)
        {
            ref var open = ref CollectionsMarshal.GetValueRefOrNullRef(_open, client);
            if (--open == 0)
                _open.Remove(client);
        }
    }
}
