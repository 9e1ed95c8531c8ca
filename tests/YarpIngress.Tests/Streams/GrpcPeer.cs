using System.Diagnostics;
using System.Text.Json.Nodes;
using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.Streams;

/// <summary>
/// <c>grpc_peer.py</c> as a process: gRPC's own client and server, from Debian's <c>python3-grpcio</c>, installed or where build.sh
/// unpacks it.
/// </summary>
internal sealed class GrpcPeer : IAsyncDisposable
{
    /// <summary>Why tests that need it are skipped.</summary>
    public const string Missing = "there is no python3 with grpcio: build.sh test fetches Debian's where it may use apt";

    private const string Python = "/usr/bin/python3";

    private static readonly string Script =
        Path.Combine(MonitoringFiles.Repository, "tests", "YarpIngress.Tests", "Streams", "grpc_peer.py");

    private static readonly Lazy<Task<bool>> Found = new(FindAsync);

    private readonly Process _process;
    private readonly Task _errors;
    private readonly SemaphoreSlim _one = new(1);

    private GrpcPeer(Process process)
    {
        _process = process;
        _errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
    }

    /// <summary>Whether there is one.</summary>
    public static Task<bool> IsThereAsync() => Found.Value;

    /// <summary>A pod; the ports of it that speak h2c and TLS.</summary>
    public static async Task<(GrpcPeer Pod, int Plain, int Tls)> ServeAsync(string certificate, string key, CancellationToken ct)
    {
        var pod = new GrpcPeer(Start(Script, "serve", certificate, key));
        var ports = await pod.ReadAsync(ct);
        return (pod, (int)ports["plain"]!, (int)ports["tls"]!);
    }

    /// <summary>A client, see <see cref="CallAsync"/>.</summary>
    public static GrpcPeer Client() => new(Start(Script, "call"));

    /// <summary>Has the client do what <paramref name="order"/> says; its results by name.</summary>
    public async Task<JsonObject> CallAsync(JsonObject order, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await _process.StandardInput.WriteLineAsync(order.ToJsonString().AsMemory(), ct);
            await _process.StandardInput.FlushAsync(ct);
            return await ReadAsync(ct);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _errors;
        _process.Dispose();
        _one.Dispose();
    }

    private static async Task<bool> FindAsync()
    {
        if (!File.Exists(Python))
            return false;
        using var process = Start("-c", "import grpc; grpc.insecure_channel('127.0.0.1:1')");
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }

    private static Process Start(params string[] arguments)
    {
        var info = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var unpacked = Path.Combine(MonitoringFiles.Repository, "artifacts", "tools", "debian-grpc", "usr", "lib");
        if (Directory.Exists(unpacked))
        {
            info.Environment["PYTHONPATH"] = Path.Combine(unpacked, "python3", "dist-packages");
            info.Environment["LD_LIBRARY_PATH"] = string.Join(':', Directory.GetDirectories(unpacked, "*-linux-gnu"));
        }
        return Process.Start(info) ?? throw new InvalidOperationException($"{Python} did not start");
    }

    private async Task<JsonObject> ReadAsync(CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(2 * Wait.Deadline);
        var line = await _process.StandardOutput.ReadLineAsync(late.Token)
            ?? throw new InvalidOperationException("the gRPC peer ended");
        return JsonNode.Parse(line)!.AsObject();
    }
}
