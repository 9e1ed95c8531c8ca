namespace YarpIngress.Observability.Metrics;

/// <summary>A double that many threads add to without a lock.</summary>
internal struct AtomicDouble
{
    private double _value;

    public double Value
    {
        readonly get => Volatile.Read(in _value);
        set => Volatile.Write(ref _value, value);
    }

    public void Add(double amount)
    {
        var seen = Volatile.Read(ref _value);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref _value, seen + amount, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }
}
