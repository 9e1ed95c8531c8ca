using YarpIngress.Benchmarks.Propagation;

var benchmarks = new Dictionary<string, Func<CancellationToken, Task>>
{
    ["propagation"] = PropagationBenchmark.RunAsync,
};

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};

var names = args is [] ? [.. benchmarks.Keys] : args;
if (names.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"no benchmark is named '{unknown}'; there are: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

foreach (var name in names)
    await benchmarks[name](interrupted.Token);
return 0;
