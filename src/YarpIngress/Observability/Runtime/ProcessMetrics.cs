using YarpIngress.Observability.Metrics;

namespace YarpIngress.Observability.Runtime;

/// <summary>The figures of the process: under the names that every client library has, and under ingress-nginx's.</summary>
internal static class ProcessMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddProcess(this MetricRegistry registry)
    {
        Standard(registry, "process_cpu_seconds_total", "Processor time, user and system, in seconds.", "counter",
            () => ProcessFigures.CpuSeconds);
        Standard(registry, "process_resident_memory_bytes", "Resident memory.", "gauge", () => ProcessFigures.ResidentBytes);
        Standard(registry, "process_virtual_memory_bytes", "Address space.", "gauge", () => ProcessFigures.VirtualBytes);
        Standard(registry, "process_start_time_seconds", "Unix time when the process began.", "gauge", () => ProcessFigures.StartTime);
        Standard(registry, "process_open_fds", "File descriptors in use.", "gauge", () => ProcessFigures.OpenFiles);
        Standard(registry, "process_max_fds", "How many file descriptors there may be.", "gauge", () => ProcessFigures.MostFiles);
        Standard(registry, "process_threads", "Threads.", "gauge", () => ProcessFigures.Threads);
        Limit(registry);

        Nginx(registry, "num_procs", "Always 1: there are no worker processes.", "gauge", () => 1);
        Nginx(registry, "cpu_seconds_total", "Processor time, user and system, in seconds.", "counter", () => ProcessFigures.CpuSeconds);
        Nginx(registry, "read_bytes_total", "Bytes that were read from files.", "counter", () => ProcessFigures.ReadBytes);
        Nginx(registry, "write_bytes_total", "Bytes that were written to files.", "counter", () => ProcessFigures.WrittenBytes);
        Nginx(registry, "resident_memory_bytes", "Resident memory.", "gauge", () => ProcessFigures.ResidentBytes);
        Nginx(registry, "virtual_memory_bytes", "Address space.", "gauge", () => ProcessFigures.VirtualBytes);
        Nginx(registry, "oldest_start_time_seconds", "Unix time when the process began.", "gauge", () => ProcessFigures.StartTime);
    }

    private static void Limit(MetricRegistry registry) =>
        registry.Add(new ReadMetric(
            registry.Prefix + "memory_limit_bytes", "Memory that the container may use; no series without a limit.", "gauge", [],
            hasConstantLabels: true, () => Sample(ProcessFigures.MemoryLimit)));

    private static void Standard(MetricRegistry registry, string name, string help, string type, Func<double?> read) =>
        registry.Add(new ReadMetric(name, help, type, [], hasConstantLabels: false, () => Sample(read())));

    private static void Nginx(MetricRegistry registry, string name, string help, string type, Func<double?> read) =>
        registry.Add(new ReadMetric(
            registry.Prefix + "nginx_process_" + name, help, type, [], hasConstantLabels: true, () => Sample(read())));

    private static IEnumerable<ReadMetric.Sample> Sample(double? value) => value is { } known ? [new(known)] : [];
}
