namespace YarpIngress.Tests.EndToEnd;

/// <summary>Requests without a pause, while a test breaks things; every answer but a 200 is a failure.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _failures = [];
    private readonly Task _sending;
    private int _sent;

    private Traffic(GatewayClient gateway, string host) => _sending = SendAsync(gateway, host);

    public static Traffic Start(GatewayClient gateway, string host) => new(gateway, host);

    /// <summary>Waits until as many further requests have been answered.</summary>
    public Task PassAsync(int requests)
    {
        var until = Volatile.Read(ref _sent) + requests;
        return Wait.UntilAsync(() => Volatile.Read(ref _sent) >= until, $"{requests} more requests");
    }

    /// <summary>Ends it; the failures.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        return _failures;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task SendAsync(GatewayClient gateway, string host)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var answer = await gateway.GetAsync(host);
                if (answer.Code != 200)
                    _failures.Add(answer.ToString());
            }
            catch (HttpRequestException e)
            {
                _failures.Add(e.Message);
            }

            Interlocked.Increment(ref _sent);
        }
    }
}
