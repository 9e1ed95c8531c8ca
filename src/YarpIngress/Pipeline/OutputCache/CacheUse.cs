namespace YarpIngress.Pipeline.OutputCache;

/// <summary>What an output cache did for a request.</summary>
internal enum CacheUse : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It had the answer.</summary>
    Hit,

    /// <summary>It got the answer that another request, which came before, had fetched meanwhile.</summary>
    Shared,

    /// <summary>A pod was asked.</summary>
    Miss,

    /// <summary>Nothing: the answer is for this client only.</summary>
    Bypass,
}

/// <summary>How it is labelled.</summary>
internal static class CacheUseLabel
{
    private static readonly string[] Names = ["", "hit", "shared", "miss", "bypass"];

    /// <summary>How many there are, <see cref="CacheUse.None"/> included.</summary>
    public static int Count => Names.Length;

    /// <summary>The label value.</summary>
    public static string Of(CacheUse use) => Names[(int)use];
}
