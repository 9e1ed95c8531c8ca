namespace YarpIngress.Kubernetes;

/// <summary>One request; a value, so that it can be sent again.</summary>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, byte[]? Body = null, string? ContentType = null)
{
    /// <summary>How long the server may stay silent before and while it answers.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Kubernetes' word for what it does, as RBAC has it.</summary>
    public string Verb { get; init; } = VerbOf(Method);

    private static string VerbOf(HttpMethod method) => method.Method switch
    {
        "GET" => "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "other",
    };
}
