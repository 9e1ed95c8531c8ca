namespace YarpIngress.Observability.Traffic;

/// <summary>Methods as they may stand in a label: a client can invent any, a label value is kept for ever.</summary>
internal static class MethodLabel
{
    private static readonly string[] Names = ["other", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"];

    /// <summary>A small number for a method; 0 for those that no RFC 9110 or 5789 names.</summary>
    public static int IndexOf(string method) => method switch
    {
        "GET" => 1,
        "HEAD" => 2,
        "POST" => 3,
        "PUT" => 4,
        "DELETE" => 5,
        "PATCH" => 6,
        "OPTIONS" => 7,
        "CONNECT" => 8,
        "TRACE" => 9,
        _ => 0,
    };

    /// <summary>The label value for it.</summary>
    public static string Name(int index) => Names[index];
}
