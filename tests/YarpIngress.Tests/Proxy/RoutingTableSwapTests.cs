using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

public sealed class RoutingTableSwapTests
{
    [Fact]
    public async Task AReaderNeverMissesARouteThatIsBeingReplaced()
    {
        var table = new RoutingTable<string>();
        string[] hosts = ["", "*.example.com", .. Enumerable.Range(0, 50).Select(i => $"host-{i}.example.com")];
        foreach (var host in hosts)
            Set(table, host, 0);

        using var done = new CancellationTokenSource();
        var passes = new int[2];
        var readers = Enumerable.Range(0, passes.Length).Select(reader => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                foreach (var host in hosts)
                {
                    var name = host switch { "" => "elsewhere.org", ['*', ..] => "any.example.com", _ => host };
                    Assert.Equal($"{host}/stay", table.Match(name, "/stay/below").Route);
                    Assert.Equal($"{host} default", table.Match(name, "/gone").Route);
                }
                Interlocked.Increment(ref passes[reader]);
            }
        })).ToArray();

        await Task.Run(() =>
        {
            for (
                var version = 1; version <= 200 || (passes.Any(count => count < 20) && !readers.Any(reader => reader.IsFaulted)); version++)
            {
                foreach (var host in hosts)
                    Set(table, host, version);
                // Other hosts come and go, so that the table grows under the readers.
                Set(table, $"new-{version}.example.org", version);
                table.Remove($"new-{version - 10}.example.org");
            }
        }, TestContext.Current.CancellationToken);

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static void Set(RoutingTable<string> table, string host, int version)
    {
        var entries = Enumerable.Range(version % 7, 5)
            .Select(i => (PathMatch.Prefix, $"/changes-{i}", $"{host} {version}"))
            .Append((PathMatch.Prefix, "/stay", $"{host}/stay"));
        table.Set(new HostEntry<string>(host, new PathTable<string>(entries), $"{host} default", []));
    }
}
