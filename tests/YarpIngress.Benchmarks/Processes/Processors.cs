namespace YarpIngress.Benchmarks.Processes;

/// <summary>Who runs where: what is measured has a processor to itself, what measures it has the other.</summary>
internal static class Processors
{
    public const int Proxy = 0;

    public const int Load = 1;
}
