using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability.Traffic;

/// <summary>
/// Everything that is counted for one route, status and method. The cells of a request are added under one try-lock;
/// who finds it taken goes to the next stripe, and there are as many as were ever needed at once, one for most series.
/// So a request costs two interlocked operations, nobody waits, and a reader sees counts and sums that fit each other.
/// </summary>
internal sealed class RequestSeries(string status, string method, TrafficLayout layout)
{
    private static readonly int MostStripes = Math.Min(Environment.ProcessorCount, 16);

    private Stripe[] _stripes = [new(layout.Cells)];
    private Exemplar[]? _exemplars;

    /// <summary>The status, or its class, as a label.</summary>
    public string Status { get; } = status;

    /// <summary>The method as a label.</summary>
    public string Method { get; } = method;

    /// <summary>Counts one request.</summary>
    public void Add(in RequestSample sample)
    {
        var stripes = Volatile.Read(ref _stripes);
        // Threads that serve at the same time begin at different ones, once there are several.
        var at = stripes.Length == 1 ? 0 : (int)((uint)Environment.CurrentManagedThreadId % (uint)stripes.Length);
        var spin = new SpinWait();
        for (var tried = 0; ; tried++)
        {
            var stripe = stripes[at];
            if (stripe.TryEnter())
            {
                layout.Add(stripe.Cells, sample);
                stripe.Exit();
                return;
            }
            if (tried + 1 >= stripes.Length)
            {
                stripes = Grown(stripes);
                if (tried + 1 >= stripes.Length)
                    spin.SpinOnce();
            }
            at = at + 1 < stripes.Length ? at + 1 : 0;
        }
    }

    /// <summary>Remembers a request that can be looked up in a trace, one for each bucket of its duration.</summary>
    public void Remember(string traceId, long duration, double time)
    {
        if (layout.RequestDuration is not { } histogram)
            return;
        var exemplars = Volatile.Read(ref _exemplars);
        if (exemplars is null)
        {
            exemplars = new Exemplar[histogram.Bounds.Length + 1];
            exemplars = Interlocked.CompareExchange(ref _exemplars, exemplars, null) ?? exemplars;
        }
        var bucket = 0;
        while (bucket < histogram.RawBounds.Length && duration > histogram.RawBounds[bucket])
            bucket++;
        lock (exemplars)
            exemplars[bucket] = new Exemplar(traceId, duration / histogram.Unit, time);
    }

    /// <summary>Adds up the cells.</summary>
    public void Read(Span<long> total)
    {
        total.Clear();
        foreach (var stripe in Volatile.Read(ref _stripes))
        {
            var spin = new SpinWait();
            while (!stripe.TryEnter())
                spin.SpinOnce();
            for (var i = 0; i < total.Length; i++)
                total[i] += stripe.Cells[i];
            stripe.Exit();
        }
    }

    /// <summary>The exemplar of a bucket of the request's duration, if there is one.</summary>
    public Exemplar ExemplarOf(int bucket)
    {
        if (Volatile.Read(ref _exemplars) is not { } exemplars)
            return default;
        lock (exemplars)
            return exemplars[bucket];
    }

    private Stripe[] Grown(Stripe[] seen)
    {
        if (seen.Length >= MostStripes)
            return seen;
        Stripe[] grown = [.. seen, new(layout.Cells)];
        var before = Interlocked.CompareExchange(ref _stripes, grown, seen);
        return ReferenceEquals(before, seen) ? grown : before;
    }

    private sealed class Stripe(int cells)
    {
        private int _taken;

        public long[] Cells { get; } = new long[cells];

        public bool TryEnter() => Volatile.Read(ref _taken) == 0 && Interlocked.CompareExchange(ref _taken, 1, 0) == 0;

        public void Exit() => Volatile.Write(ref _taken, 0);
    }
}
