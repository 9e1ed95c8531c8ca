namespace YarpIngress.Translation.Model;

/// <summary>What one Service port amounts to.</summary>
public sealed record BackendTranslation
{
    /// <summary>The backend; without endpoints when the Service or its port does not exist.</summary>
    public required Backend Backend { get; init; }

    /// <summary>What is wrong.</summary>
    public EquatableArray<Problem> Problems { get; init; }
}
