using System.Net;
using YarpIngress.LocalCluster.Pods;

namespace YarpIngress.Tests.EndToEnd;

/// <summary>An echo pod of a test, at an address of its own. Its endpoints are written by the test.</summary>
internal sealed class TestPod(EchoPod pod, string name) : IAsyncDisposable
{
    /// <summary>The port that all of them listen on: an EndpointSlice has one port for all its addresses.</summary>
    public const int Port = 8080;

    public string Name { get; } = name;

    public IPAddress Address { get; } = pod.Address;

    private int _ended;

    /// <summary>Ends it: a test may, to see what the gateway makes of it, and the namespace does at the end.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _ended, 1) == 0 ? pod.DisposeAsync() : ValueTask.CompletedTask;
}
