namespace YarpIngress.Translation.Model;

/// <summary>What one TLS Secret amounts to.</summary>
public sealed record CertificateTranslation
{
    /// <summary>The certificate; null when the Secret holds no usable one, and the default certificate is presented.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>What is wrong, for every Ingress that names the Secret. Never holds data of the Secret.</summary>
    public EquatableArray<Notice> Notices { get; init; }
}
