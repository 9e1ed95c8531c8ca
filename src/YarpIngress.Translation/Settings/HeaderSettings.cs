using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Settings;

/// <summary>What the global settings say of headers.</summary>
public sealed record HeaderSettings
{
    /// <summary><c>global-allowed-response-headers</c>: what <c>custom-headers</c> may set. None by default.</summary>
    public EquatableArray<string> AllowedResponseHeaders { get; init; }

    /// <summary><c>add-headers</c>: the ConfigMap with headers for every answer; null for none.</summary>
    public ObjectKey? AddFrom { get; init; }

    /// <summary>What is in <see cref="AddFrom"/>: set on every answer, in place of the pod's.</summary>
    public EquatableArray<HeaderValue> Added { get; init; }

    /// <summary><c>proxy-set-headers</c>: the ConfigMap with headers for every request to a pod; null for none.</summary>
    public ObjectKey? RequestsFrom { get; init; }

    /// <summary>What is in <see cref="RequestsFrom"/>: sent in place of the client's; one without a value is not sent at all.</summary>
    public EquatableArray<RequestHeader> Requests { get; init; }

    /// <summary><c>proxy-add-original-uri-header</c>: whether pods are told the path and query that the client asked for.</summary>
    public bool OriginalUri { get; init; }

    /// <summary><c>hide-headers</c>: headers of pods' answers that clients do not get.</summary>
    public EquatableArray<string> Hidden { get; init; }

    /// <summary>Strict-Transport-Security.</summary>
    public HstsSettings Hsts { get; init; } = new();

    /// <summary><c>server-tokens</c>: whether the gateway's Server header tells its version.</summary>
    public bool ServerTokens { get; init; }

    /// <summary><c>ignore-invalid-headers</c>: whether headers pass only if letters, digits and <c>-</c> make up their names.</summary>
    public bool DropsInvalid { get; init; } = true;

    /// <summary><c>enable-underscores-in-headers</c>: whether <c>_</c> may be among them.</summary>
    public bool AllowsUnderscores { get; init; }

    /// <summary><c>allow-backend-server-header</c>: whether a pod's Server header passes in place of the gateway's.</summary>
    public bool AllowBackendServer { get; init; }
}
