using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace YarpIngress.Benchmarks.Processes;

/// <summary>A server as a process of its own, as it is deployed: own heap, own threads. Figures include its children.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public long ResidentBytes => ProcessTree.ResidentBytes(Id);

    public long ProportionalBytes => ProcessTree.ProportionalBytes(Id);

    public TimeSpan ProcessorTime => ProcessTree.ProcessorTime(Id);

    public int Threads => ProcessTree.Threads(Id);

    public int FileDescriptors => ProcessTree.FileDescriptors(Id);

    public static ChildProcess Start(Launch launch)
    {
        var command = launch.CommandLine();
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in launch.Environment)
            start.Environment[name] = value;

        var child = new ChildProcess(Process.Start(start) ?? throw new Win32Exception($"{command[0]} did not start"));
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>A port that nothing listens on now.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public void Signal(int signal) => Signal(Id, signal);

    /// <summary>Signals its children too.</summary>
    public void SignalAll(int signal)
    {
        foreach (var id in ProcessTree.Ids(Id))
            Signal(id, signal);
    }

    /// <summary>Waits until <paramref name="condition"/> holds; fails with the process's last lines when it ends before.</summary>
    public async Task WaitAsync(string what, TimeSpan deadline, Func<CancellationToken, Task<bool>> condition, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = Stopwatch.GetTimestamp();
        while (!await condition(ct))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{what}: it ended with {_process.ExitCode}; it printed last:\n{LastLines()}");
            if (Stopwatch.GetElapsedTime(started) > deadline)
                throw new InvalidOperationException($"{what}: not within {deadline}; it printed last:\n{LastLines()}");
            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>Waits until something listens on <paramref name="port"/>.</summary>
    public Task WaitForPortAsync(int port, TimeSpan deadline, CancellationToken ct) =>
        WaitAsync($"port {port}", deadline, token => ListensAsync(port, token), ct);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(Sigterm);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await _process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static void Signal(int id, int signal) =>
        Marshal.ThrowExceptionForHR(Kill(id, signal) == 0 ? 0 : Marshal.GetHRForLastWin32Error());

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);

    private static async Task<bool> ListensAsync(int port, CancellationToken ct)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line.Data);
            if (_lastLines.Count > 20)
                _lastLines.Dequeue();
        }
    }

    private string LastLines()
    {
        lock (_lastLines)
            return string.Join('\n', _lastLines);
    }
}
