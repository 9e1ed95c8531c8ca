namespace YarpIngress.Kubernetes.Tests;

public sealed class ThreadPoolStreamTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_a_read_goes_on_in_the_pool(bool fails)
    {
        using var connection = new Connection();
        await using var stream = new ThreadPoolStream(connection);
        var seen = SeeAsync(async () => Assert.Equal(1, await stream.ReadAsync(new byte[1], Ct)));
        connection.CompleteOnAThreadOfItsOwn(fails);
        Assert.Equal((true, fails), await seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_waits_for_a_write_goes_on_in_the_pool(bool fails)
    {
        using var connection = new Connection();
        await using var stream = new ThreadPoolStream(connection);
        var seen = SeeAsync(async () => await stream.WriteAsync(new byte[1], Ct));
        connection.CompleteOnAThreadOfItsOwn(fails);
        Assert.Equal((true, fails), await seen);
    }

    private static async Task<(bool IsInPool, bool Failed)> SeeAsync(Func<Task> use)
    {
        try
        {
            await use().ConfigureAwait(false);
            return (Thread.CurrentThread.IsThreadPoolThread, false);
        }
        catch (IOException)
        {
            return (Thread.CurrentThread.IsThreadPoolThread, true);
        }
    }

    /// <summary>Continuations run where it is completed, as the runtime's sockets do it when they are told to.</summary>
    private sealed class Connection : MemoryStream
    {
        private readonly TaskCompletionSource<int> _done = new();

        public void CompleteOnAThreadOfItsOwn(bool fails)
        {
            var thread = new Thread(() =>
            {
                if (fails)
                    _done.SetException(new IOException());
                else
                    _done.SetResult(1);
            });
            thread.Start();
            thread.Join();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_done.Task);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            new(_done.Task);
    }
}
