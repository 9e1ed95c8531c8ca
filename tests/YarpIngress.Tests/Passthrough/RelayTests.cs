using System.Net.Sockets;
using System.Text;
using YarpIngress.Layer4;
using YarpIngress.Layer4.Passthrough;
using YarpIngress.Tests.Layer4;
using YarpIngress.Tests.Proxy;

namespace YarpIngress.Tests.Passthrough;

/// <summary>How a relayed connection goes and ends: what one side does is what the other one sees.</summary>
public sealed class RelayTests
{
    private static readonly byte[] Begin = Hello.For("a.io");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheClientMayEndItsHalfFirst()
    {
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, ct);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{all.Length} bytes"), ct);
        });
        await using var gateway = await PassthroughGateway.StartAsync();
        var connections = gateway.Pass("a.io", pod.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        for (var i = 0; i < 100; i++)
            await SendAllAsync(client, new byte[10_000]);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal($"{Begin.Length + 1_000_000} bytes", await ReadToEndAsync(client));
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.Closed) == 1 && connections.Open == 0, "the end is counted");
        Assert.Equal(Begin.Length + 1_000_000, connections.Bytes.Received);
    }

    [Fact]
    public async Task ThePodMayEndItsHalfFirst()
    {
        var got = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await stream.WriteAsync(new byte[200_000], ct);
            stream.Socket.Shutdown(SocketShutdown.Send);
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, ct);
            got.SetResult(all.Length);
        });
        await using var gateway = await PassthroughGateway.StartAsync();
        gateway.Pass("a.io", pod.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        Assert.Equal(200_000, (await ReadToEndAsync(client)).Length);
        await SendAllAsync(client, new byte[50_000]);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(Begin.Length + 50_000, await got.Task.WaitAsync(Wait.Deadline, Ct));
    }

    [Fact]
    public async Task WhoBreaksOffHasTheOtherOneBrokenOffToo()
    {
        var begun = new SemaphoreSlim(0);
        var podSaw = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var breaking = new RawOrigin(async (stream, ct) =>
        {
            await stream.ReadExactlyAsync(new byte[Begin.Length], ct);
            stream.Socket.Close(0);
        });
        await using var patient = new RawOrigin(async (stream, ct) =>
        {
            await stream.ReadExactlyAsync(new byte[Begin.Length], ct);
            begun.Release();
            try
            {
                podSaw.SetResult(await stream.ReadAsync(new byte[1], ct) == 0);
            }
            catch (IOException)
            {
                podSaw.SetResult(false);
            }
        });
        await using var gateway = await PassthroughGateway.StartAsync();
        var connections = gateway.Pass("a.io", breaking.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        await Assert.ThrowsAsync<SocketException>(async () => await ReadToEndAsync(client));
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.PodBroke) == 1, "the pod's break is counted");

        gateway.Pass("a.io", patient.EndPoint);
        var other = await gateway.ConnectAsync();
        await other.SendAsync(Begin, Ct);
        await begun.WaitAsync(Wait.Deadline, Ct);
        other.LingerState = new LingerOption(true, 0);
        other.Dispose();
        Assert.False(await podSaw.Task.WaitAsync(Wait.Deadline, Ct));
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.ClientBroke) == 1 && connections.Open == 0, "the client's is, too");
    }

    [Fact]
    public async Task WhatThePodSaidBeforeItBrokeOffArrives()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = LastWordsPod(closed);
        await using var gateway = await PassthroughGateway.StartAsync(
            new PassthroughLimits { Relay = RelayLimits.Default with { TornIdle = Wait.Deadline } });
        var connections = gateway.Pass("a.io", pod.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        await client.SendAsync("unread"u8.ToArray(), Ct);
        await closed.Task.WaitAsync(Wait.Deadline, Ct);
        await client.SendAsync("more"u8.ToArray(), Ct);
        Assert.Equal(LastWords.Length, await LastWords.HearAsync(client));
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.PodBroke) == 1 && connections.Open == 0, "the break is counted");
    }

    [Fact]
    public async Task WhoDoesNotTakeItIsNotWaitedForForEver()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = LastWordsPod(closed);
        await using var gateway = await PassthroughGateway.StartAsync(
            new PassthroughLimits { Relay = RelayLimits.Default with { TornIdle = TimeSpan.FromMilliseconds(200) } });
        var connections = gateway.Pass("a.io", pod.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        await client.SendAsync("unread"u8.ToArray(), Ct);
        await closed.Task.WaitAsync(Wait.Deadline, Ct);
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.PodBroke) == 1 && connections.Open == 0, "the break is counted");
    }

    [Fact]
    public async Task WhatStandsStillIsEnded()
    {
        await using var pod = SilentPod();
        await using var gateway = await PassthroughGateway.StartAsync(
            new PassthroughLimits { Relay = new RelayLimits(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)) });
        var connections = gateway.Pass("a.io", pod.EndPoint);
        using var client = await gateway.ConnectAsync();
        await client.SendAsync(Begin, Ct);
        await Assert.ThrowsAsync<SocketException>(async () => await ReadToEndAsync(client));
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.Idle) == 1, "the end is counted");
    }

    [Fact]
    public async Task AStopLetsThoseFinishThatMoveAndEndsTheOthers()
    {
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pod = new RawOrigin(async (stream, ct) =>
        {
            await stream.WriteAsync("begun"u8.ToArray(), ct);
            await finish.Task.WaitAsync(ct);
            await stream.WriteAsync(" and done"u8.ToArray(), ct);
        });
        await using var silent = SilentPod();
        await using var gateway = await PassthroughGateway.StartAsync(
            new PassthroughLimits { Relay = new RelayLimits(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(6), TimeSpan.FromMinutes(1)) });
        gateway.Pass("a.io", pod.EndPoint);
        gateway.Pass("b.io", silent.EndPoint);
        using var busy = await gateway.ConnectAsync();
        await busy.SendAsync(Begin, Ct);
        var begun = new byte[5];
        Assert.Equal(5, await busy.ReceiveAsync(begun, Ct));
        using var idle = await gateway.ConnectAsync();
        await idle.SendAsync(Hello.For("b.io"), Ct);
        var counts = gateway.Pass("b.io", silent.EndPoint);
        await Wait.UntilAsync(() => counts.Bytes.Received > 0, "the idle one is relayed");

        var stopped = gateway.Gateway.StopAsync(Ct);
        finish.SetResult();
        busy.Shutdown(SocketShutdown.Send);
        Assert.Equal(" and done", await ReadToEndAsync(busy));
        await Assert.ThrowsAsync<SocketException>(async () => await ReadToEndAsync(idle));
        await stopped.WaitAsync(Wait.Deadline, Ct);
    }

    [Fact]
    public async Task ThereAreOnlySoManyOfAHost()
    {
        await using var pod = SilentPod();
        await using var gateway = await PassthroughGateway.StartAsync(new PassthroughLimits { MostConnections = 2 });
        var connections = gateway.Pass("a.io", pod.EndPoint);
        List<Socket> clients = [];
        for (var i = 1; i <= 2; i++)
        {
            clients.Add(await gateway.ConnectAsync());
            await clients[^1].SendAsync(Begin, Ct);
            await Wait.UntilAsync(() => connections.Bytes.Received == i * Begin.Length, "it is relayed");
        }
        // The host as it is after a change has the same connections.
        gateway.Pass("a.io", new Translation.Model.AddressPolicy(), pod.EndPoint);
        using var third = await gateway.ConnectAsync();
        await third.SendAsync(Begin, Ct);
        await Wait.UntilAsync(() => connections.Ended(PassthroughEnd.TooMany) == 1, "the third is refused");
        Assert.Equal(2, connections.Open);
        clients[0].Dispose();
        await Wait.UntilAsync(() => connections.Open == 1, "there is room again");
        using var fourth = await gateway.ConnectAsync();
        await fourth.SendAsync(Begin, Ct);
        await Wait.UntilAsync(() => connections.Open == 2, "the next one is relayed");
        clients[1].Dispose();
    }

    private static RawOrigin LastWordsPod(TaskCompletionSource closed) => new(async (stream, ct) =>
    {
        await stream.ReadExactlyAsync(new byte[Begin.Length], ct);
        await LastWords.SayAsync(stream);
        closed.SetResult();
    });

    private static RawOrigin SilentPod() => new(async (stream, ct) =>
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, ct);
        }
        catch (IOException)
        {
            // The gateway ends it by a reset.
            return;
        }
    });

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, Ct)..];
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[8192];
        while (await socket.ReceiveAsync(buffer, Ct) is > 0 and var bytes)
            all.Write(buffer, 0, bytes);
        return Encoding.ASCII.GetString(all.ToArray());
    }
}
