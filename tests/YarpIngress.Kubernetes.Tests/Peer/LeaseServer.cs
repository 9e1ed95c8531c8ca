using System.Globalization;
using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes.Tests.Peer;

/// <summary>An API server with one Lease, that checks versions on replace as a real one does.</summary>
internal sealed class LeaseServer : IAsyncDisposable
{
    private readonly ApiPeer _peer;
    private readonly Lock _lock = new();
    private readonly Task _run;
    private JsonObject? _lease;
    private int _version = 100;

    private LeaseServer(ApiPeer peer)
    {
        _peer = peer;
        _run = RunAsync();
    }

    public ClusterConfig Config => _peer.Config;

    /// <summary>Answers with this status instead.</summary>
    public int? Fault { get; set; }

    /// <summary>Leaves requests without an answer.</summary>
    public bool Silent { get; set; }

    /// <summary>Changes to the Lease that clients made, as method and holder.</summary>
    public List<string> Writes { get; } = [];

    public int Requests { get; private set; }

    public static async Task<LeaseServer> StartAsync() => new(await ApiPeer.StartAsync());

    public JsonObject? Spec
    {
        get
        {
            lock (_lock)
                return _lease?["spec"]!.DeepClone().AsObject();
        }
    }

    public string? Holder => (string?)Spec?["holderIdentity"];

    /// <summary>As another client would.</summary>
    public void Set(JsonObject? spec)
    {
        lock (_lock)
        {
            _lease = spec is null ? null : new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "lead", ["namespace"] = "ns", ["uid"] = "u", ["resourceVersion"] = Next() },
                ["spec"] = spec,
            };
        }
    }

    private string Next() => (++_version).ToString(CultureInfo.InvariantCulture);

    private async Task RunAsync()
    {
        while (true)
        {
            Exchange exchange;
            try
            {
                exchange = await _peer.NextAsync(TimeSpan.FromMinutes(10));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Requests++;
            if (Silent)
                continue;
            try
            {
                await (Fault is { } code ? exchange.StatusAsync(code, "InternalError") : AnswerAsync(exchange));
            }
            catch (ObjectDisposedException)
            {
                // The client went away in the middle of its request; what it asked for is done all the same.
                continue;
            }
        }
    }

    private Task AnswerAsync(Exchange exchange)
    {
        lock (_lock)
        {
            if (exchange.Method == "GET")
                return _lease is null ? exchange.StatusAsync(404, "NotFound") : exchange.AnswerAsync(200, _lease.ToJsonString());

            var sent = exchange.Json;
            if (exchange.Method == "POST" ? _lease is not null : (string?)sent["metadata"]!["resourceVersion"] != (string?)_lease?["metadata"]!["resourceVersion"])
                return exchange.StatusAsync(409, exchange.Method == "POST" ? "AlreadyExists" : "Conflict");

            _lease = sent;
            _lease["metadata"]!["resourceVersion"] = Next();
            _lease["metadata"]!["uid"] = "u";
            Writes.Add($"{exchange.Method} {(string?)sent["spec"]!["holderIdentity"]}");
            return exchange.AnswerAsync(200, _lease.ToJsonString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _run;
    }
}
