using YarpIngress.Observability.Metrics;

namespace YarpIngress.Tests.Observability;

public class MetricTextTests
{
    private readonly MetricRegistry _registry = new("p_", [new("pod", "a\"b\\c\nd")]);

    [Fact]
    public async Task Counters_gauges_and_histograms_in_the_text_format()
    {
        _registry.CreateCounter("requests_total", "All\nrequests, \\ too.", "method").WithLabels("GET").Inc(2);
        _registry.CreateGauge("up", "Up.").WithLabels().Set(0.5);
        var histogram = _registry.CreateHistogram("seconds", "Time.", [0.1, 1], "kind").WithLabels("x");
        histogram.Observe(0.1);
        histogram.Observe(0.5);
        histogram.Observe(7);

        Assert.Equal(
            """
            # HELP p_requests_total All\nrequests, \\ too.
            # TYPE p_requests_total counter
            p_requests_total{pod="a\"b\\c\nd",method="GET"} 2
            # HELP p_up Up.
            # TYPE p_up gauge
            p_up{pod="a\"b\\c\nd"} 0.5
            # HELP p_seconds Time.
            # TYPE p_seconds histogram
            p_seconds_bucket{pod="a\"b\\c\nd",kind="x",le="0.1"} 1
            p_seconds_bucket{pod="a\"b\\c\nd",kind="x",le="1"} 2
            p_seconds_bucket{pod="a\"b\\c\nd",kind="x",le="+Inf"} 3
            p_seconds_sum{pod="a\"b\\c\nd",kind="x"} 7.6
            p_seconds_count{pod="a\"b\\c\nd",kind="x"} 3

            """,
            await _registry.TextAsync());
    }

    [Fact]
    public void Series_are_the_same_for_the_same_labels()
    {
        var gauge = _registry.CreateGauge("g", "G.", "a", "b");
        gauge.WithLabels("1", "2").Add(1);
        gauge.WithLabels("1", "2").Add(1);
        Assert.Equal(2, gauge.WithLabels("1", "2").Value);
    }

    [Fact]
    public void Counts_survive_many_threads()
    {
        var counter = _registry.CreateCounter("c_total", "C.").WithLabels();
        var histogram = _registry.CreateHistogram("h", "H.", [1]).WithLabels();
        Parallel.For(0, 10_000, _ =>
        {
            counter.Inc();
            histogram.Observe(1);
        });
        Assert.Equal((10_000, 10_000, 10_000), (counter.Value, histogram.Sum, histogram.Count(0)));
    }

    [Fact]
    public void A_name_is_registered_once() =>
        Assert.Throws<InvalidOperationException>(() =>
        {
            _registry.CreateGauge("twice", "T.");
            _registry.CreateGauge("twice", "T.");
        });
}
