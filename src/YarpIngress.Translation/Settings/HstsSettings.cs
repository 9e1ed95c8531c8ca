using System.Globalization;

namespace YarpIngress.Translation.Settings;

/// <summary>Strict-Transport-Security (RFC 6797), which has browsers come back over HTTPS only.</summary>
public sealed record HstsSettings
{
    /// <summary><c>hsts</c>: whether answers over HTTPS carry it, in place of the pod's.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary><c>hsts-max-age</c>: for how many seconds; a year by default.</summary>
    public long MaximumAge { get; init; } = 31536000;

    /// <summary><c>hsts-include-subdomains</c>: whether it speaks for the hosts below, too.</summary>
    public bool IncludeSubdomains { get; init; } = true;

    /// <summary><c>hsts-preload</c>: whether browsers may know of it before the first visit.</summary>
    public bool Preload { get; init; }

    /// <summary>The header's value; null when answers do not carry it.</summary>
    public string? Header => !Enabled ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"max-age={MaximumAge}{(IncludeSubdomains ? "; includeSubDomains" : "")}{(Preload ? "; preload" : "")}");
}
