using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace YarpIngress.LocalCluster.Controllers.Kubelet;

/// <summary>
/// A pod that is a process of the ingress controller: started, probed, started again when it ends by itself, and stopped.
/// </summary>
internal sealed class ControllerPod : IAsyncDisposable
{
    // Kubelets probe every few seconds; here changes are to be seen at once, and one failure counts: an answer may be late on a machine
    // that has much to do.
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly string _program;
    private readonly ContainerCommand _command;
    private readonly Uri? _probe;
    private readonly Action _changed;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private volatile ContainerProcess? _process;
    private volatile Task? _stopped;
    private ContainerState _state = new(null, IsReady: false);

    /// <param name="uid">Of the pod.</param>
    /// <param name="address">Of the pod.</param>
    /// <param name="program">What runs.</param>
    /// <param name="command">How it runs.</param>
    /// <param name="probe">What tells that it is ready; null when it always is.</param>
    /// <param name="log">The file of what it prints.</param>
    /// <param name="changed">Called when <see cref="State"/> has changed.</param>
    public ControllerPod(string uid, IPAddress address, string program, ContainerCommand command, Uri? probe, string log, Action changed)
    {
        (Uid, Address, _program, _command, _probe, Log, _changed) = (uid, address, program, command, probe, log, changed);
        _http = new HttpClient { Timeout = ProbeLimit };
        _running = Task.Run(() => RunAsync(_ending.Token), CancellationToken.None);
    }

    public string Uid { get; }

    public IPAddress Address { get; }

    /// <summary>The file of what it prints.</summary>
    public string Log { get; }

    /// <summary>Whether its end has begun.</summary>
    public bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>As it is now.</summary>
    public ContainerState State
    {
        get
        {
            lock (_http)
                return _state;
        }
    }

    /// <summary>What <c>readinessProbe</c> of a container says; null when there is none.</summary>
    public static Uri? Probe(JsonObject container, IPAddress address)
    {
        if (container.ObjectAt("readinessProbe", "httpGet") is not { } probe)
            return null;
        var port = probe.NumberAt("port")
            ?? container.ItemsAt("ports").FirstOrDefault(port => port.TextAt("name") == probe.TextAt("port")).NumberAt("containerPort");
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{address}:{port}{probe.TextAt("path")}"));
    }

    /// <summary>Asks it to end and waits; cuts it off after <paramref name="patience"/>.</summary>
    public Task StopAsync(TimeSpan patience) => _stopped = StopOnceAsync(patience);

    private async Task StopOnceAsync(TimeSpan patience)
    {
        await _ending.CancelAsync();
        await _running;
        if (_process is not { } process)
            return;
        await process.TerminateAsync();
        using var late = new CancellationTokenSource(patience);
        try
        {
            await process.ExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running;
        _process?.Kill();
        // Who waits for its end needs the process until then.
        if (_stopped is { } stopped)
            await stopped;
        if (_process is { } process)
            await process.DisposeAsync();
        _http.Dispose();
        _ending.Dispose();
    }

    private async Task RunAsync(CancellationToken ending)
    {
        for (var restarts = 0; !ending.IsCancellationRequested; restarts++)
        {
            var process = _process = ContainerProcess.Start(_program, _command, Log);
            var exit = process.ExitAsync(ending);
            var state = new ContainerState(null, false, restarts, $"process://{process.Id.ToString(CultureInfo.InvariantCulture)}");
            Set(state);
            using var timer = new PeriodicTimer(ProbeInterval);
            while (!exit.IsCompleted)
            {
                Set(state with { IsReady = await IsReadyAsync(ending) });
                await Task.WhenAny(exit, timer.WaitForNextTickAsync(CancellationToken.None).AsTask());
            }

            if (ending.IsCancellationRequested)
                return;
            Set(state with { IsReady = false });
            await process.DisposeAsync();
            _process = null;
            await Task.Delay(RestartPause, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken ending)
    {
        if (_probe is null)
            return true;
        try
        {
            using var answer = await _http.GetAsync(_probe, ending);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Set(ContainerState state)
    {
        lock (_http)
        {
            if (_state == state)
                return;
            _state = state;
        }

        _changed();
    }
}
