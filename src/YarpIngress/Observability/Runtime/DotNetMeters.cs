using System.Diagnostics.Metrics;
using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability.Runtime;

/// <summary>Publishes instruments of Kestrel's, SocketsHttpHandler's and the runtime's own meters.</summary>
internal sealed class DotNetMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _factory;
    private readonly Dictionary<(string Meter, string Instrument), Target> _targets = [];

    /// <summary>Listens from now on: before the first connection, since what is open is counted up and down.</summary>
    /// <param name="registry">Where they are published.</param>
    /// <param name="factory">Whose meters these are: a process may hold several controllers.</param>
    public DotNetMeters(MetricRegistry registry, IMeterFactory factory)
    {
        _factory = factory;
        foreach (var instrument in DotNetInstrument.All)
            _targets.Add((instrument.Meter, instrument.Instrument), Target.Of(registry, instrument));
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_targets.GetValueOrDefault((instrument.Meter.Name, instrument.Name)) is { } target
                && (!target.Instrument.IsScoped || ReferenceEquals(instrument.Meter.Scope, _factory)))
                listener.EnableMeasurementEvents(instrument, target);
        };
        _listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, target) => Record(instrument, value, tags, target));
        _listener.SetMeasurementEventCallback<int>(static (instrument, value, tags, target) => Record(instrument, value, tags, target));
        _listener.SetMeasurementEventCallback<double>(static (instrument, value, tags, target) => Record(instrument, value, tags, target));
        _listener.Start();
        registry.AddBeforeWrite(_listener.RecordObservableInstruments);
    }

    /// <summary>The value of a gauge without labels.</summary>
    public double Gauge(string name) => _targets.Values.First(target => target.Instrument.Name == name).Read();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? target) =>
        ((Target?)target)?.Record(value, instrument.IsObservable, tags);

    /// <summary>Where the measurements of an instrument go.</summary>
    private sealed class Target(DotNetInstrument instrument, Action<string[], double, bool> record, Func<double> read)
    {
        private static readonly string[] NoLabels = [];

        public DotNetInstrument Instrument => instrument;

        public static Target Of(MetricRegistry registry, DotNetInstrument instrument)
        {
            var (name, help, labels) = (instrument.Name, instrument.Help, instrument.Labels);
            switch (instrument.Type)
            {
                case "counter":
                    var counter = registry.Add(new Counter(name, help, labels) { HasConstantLabels = false });
                    return new(instrument, (values, value, isTotal) =>
                    {
                        if (isTotal)
                            counter.WithLabels(values).IncTo(value);
                        else
                            counter.WithLabels(values).Inc(value);
                    }, () => 0);
                case "gauge":
                    var gauge = registry.Add(new Gauge(name, help, labels) { HasConstantLabels = false });
                    return new(instrument, (values, value, isTotal) =>
                    {
                        if (isTotal)
                            gauge.WithLabels(values).Set(value);
                        else
                            gauge.WithLabels(values).Add(value);
                    }, () => labels.Count == 0 ? gauge.WithLabels().Value : 0);
                default:
                    var histogram = registry.Add(new Histogram(name, help, labels, instrument.Bounds) { HasConstantLabels = false });
                    return new(instrument, (values, value, _) => histogram.WithLabels(values).Observe(value), () => 0);
            }
        }

        public double Read() => read();

        public void Record(double value, bool isTotal, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            record(Labels(tags), value, isTotal);

        private string[] Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var names = instrument.Tags;
            if (names.Count == 0)
                return NoLabels;
            var values = new string[names.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = "";
                foreach (var (name, value) in tags)
                    if (name == names[i])
                        values[i] = value?.ToString() ?? "";
            }
            return values;
        }
    }
}
