namespace YarpIngress.Observability.Runtime;

/// <summary>An instrument of one of .NET's own meters, and how it is published: by OpenTelemetry's rules for Prometheus.</summary>
/// <param name="Meter">Name of the meter.</param>
/// <param name="Instrument">Name of the instrument.</param>
/// <param name="Name">Name of the metric.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Tags">Tags that become labels; others are added up over.</param>
internal sealed record DotNetInstrument(
    string Meter, string Instrument, string Name, string Type, string Help, params IReadOnlyList<string> Tags)
{
    private const string Runtime = "System.Runtime";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";
    private const string HttpClient = "System.Net.Http";

    private static readonly double[] HandshakeSeconds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly double[] ConnectionSeconds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

    /// <summary>
    /// What is listened to. Only what happens once for a connection or seldom: instruments that count requests, and
    /// <c>http.client.open_connections</c>, which changes twice with each, would make each request dearer.
    /// </summary>
    public static readonly IReadOnlyList<DotNetInstrument> All =
    [
        new(Kestrel, "kestrel.active_connections", ActiveConnections, "gauge", "Connections of clients that are open."),
        new(Kestrel, "kestrel.connection.duration", "kestrel_connection_duration_seconds", "histogram",
            "How long connections of clients lasted, and why they ended: empty when as agreed.", "error.type", "network.protocol.version"),
        new(Kestrel, "kestrel.rejected_connections", "kestrel_rejected_connections_total", "counter",
            "Connections of clients that were refused since there were too many."),
        new(Kestrel, "kestrel.upgraded_connections", "kestrel_upgraded_connections", "gauge", "Connections that became WebSockets."),
        new(Kestrel, "kestrel.active_tls_handshakes", ActiveHandshakes, "gauge", "TLS handshakes under way."),
        new(Kestrel, "kestrel.tls_handshake.duration", "kestrel_tls_handshake_duration_seconds", "histogram",
            "How long TLS handshakes with clients took, and why they failed.", "tls.protocol.version", "error.type"),
        new(HttpClient, "http.client.connection.duration", "http_client_connection_duration_seconds", "histogram",
            "How long connections to pods lasted that speak TLS, HTTP/2 or WebSocket.", "url.scheme", "network.protocol.version"),
        new(Runtime, "dotnet.gc.collections", "dotnet_gc_collections_total", "counter", "Garbage collections.", "gc.heap.generation"),
        new(Runtime, "dotnet.gc.pause.time", "dotnet_gc_pause_time_seconds_total", "counter",
            "Time that garbage collection stopped everything."),
        new(Runtime, "dotnet.gc.heap.total_allocated", "dotnet_gc_heap_total_allocated_bytes_total", "counter",
            "Bytes that were allocated."),
        new(Runtime, "dotnet.gc.last_collection.heap.size", "dotnet_gc_last_collection_heap_size_bytes", "gauge",
            "Bytes on the heap after the last collection.", "gc.heap.generation"),
        new(Runtime, "dotnet.gc.last_collection.heap.fragmentation.size",
            "dotnet_gc_last_collection_heap_fragmentation_size_bytes", "gauge",
            "Bytes between objects after the last collection.", "gc.heap.generation"),
        new(Runtime, "dotnet.gc.last_collection.memory.committed_size", "dotnet_gc_last_collection_memory_committed_size_bytes", "gauge",
            "Bytes that the heap had of the system after the last collection."),
        new(Runtime, "dotnet.process.cpu.time", "dotnet_process_cpu_time_seconds_total", "counter", "Processor time.", "cpu.mode"),
        new(Runtime, "dotnet.process.memory.working_set", "dotnet_process_memory_working_set_bytes", "gauge", "Resident memory."),
        new(Runtime, "dotnet.thread_pool.thread.count", "dotnet_thread_pool_thread_count", "gauge", "Threads of the pool."),
        new(Runtime, "dotnet.thread_pool.queue.length", "dotnet_thread_pool_queue_length", "gauge",
            "Work that waits for a thread of the pool."),
        new(Runtime, "dotnet.thread_pool.work_item.count", "dotnet_thread_pool_work_item_count_total", "counter",
            "Work that the pool has done."),
        new(Runtime, "dotnet.monitor.lock_contentions", "dotnet_monitor_lock_contentions_total", "counter", "Waits for a lock."),
        new(Runtime, "dotnet.timer.count", "dotnet_timer_count", "gauge", "Timers that run."),
        new(Runtime, "dotnet.jit.compiled_methods", "dotnet_jit_compiled_methods_total", "counter", "Methods that were compiled."),
        new(Runtime, "dotnet.assembly.count", "dotnet_assembly_count", "gauge", "Assemblies that are loaded."),
        new(Runtime, "dotnet.exceptions", "dotnet_exceptions_total", "counter",
            "Exceptions that were thrown, handled ones included.", "error.type"),
    ];

    public const string ActiveConnections = "kestrel_active_connections";
    public const string ActiveHandshakes = "kestrel_active_tls_handshakes";

    /// <summary>Whether each controller of a process has an instrument of its own.</summary>
    public bool IsScoped => Meter != Runtime;

    /// <summary>The labels: tags with underscores for dots.</summary>
    public IReadOnlyList<string> Labels { get; } = [.. Tags.Select(tag => tag.Replace('.', '_'))];

    /// <summary>Of a histogram.</summary>
    public IReadOnlyList<double> Bounds =>
        Instrument.Contains("handshake", StringComparison.Ordinal) ? HandshakeSeconds : ConnectionSeconds;
}
