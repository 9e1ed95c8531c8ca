namespace YarpIngress.Translation.Model;

/// <summary>What one Service port amounts to.</summary>
public sealed record BackendTranslation
{
    /// <summary>The backend; without endpoints when the Service or its port does not exist.</summary>
    public required Backend Backend { get; init; }

    /// <summary>What is wrong with the Service or its EndpointSlices themselves.</summary>
    public EquatableArray<Problem> Problems { get; init; }

    /// <summary>What every Ingress that names the Service should know, such as why it answers 503.</summary>
    public EquatableArray<Notice> Notices { get; init; }
}
