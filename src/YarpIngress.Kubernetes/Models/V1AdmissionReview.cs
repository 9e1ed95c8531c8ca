using System.Text.Json;

namespace YarpIngress.Kubernetes.Models;

/// <summary>What the API server asks a webhook about a write, and the answer. It is no object: it is never stored.</summary>
public sealed class V1AdmissionReview
{
    /// <summary>The version that both sides speak.</summary>
    public const string Version = "admission.k8s.io/v1";

    /// <summary>Always <see cref="Version"/>; the answer has the question's.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Always AdmissionReview.</summary>
    public string? Kind { get; set; }

    /// <summary>The question.</summary>
    public V1AdmissionRequest? Request { get; set; }

    /// <summary>The answer.</summary>
    public V1AdmissionResponse? Response { get; set; }
}

/// <summary>A write that waits for its admission.</summary>
public sealed class V1AdmissionRequest
{
    /// <summary>Of this question; the answer repeats it.</summary>
    public string? Uid { get; set; }

    /// <summary>Kind of the object, in the version that the webhook asked for.</summary>
    public V1GroupVersionKind? Kind { get; set; }

    /// <summary>Such as <c>status</c>; null for the object itself.</summary>
    public string? SubResource { get; set; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace of the object.</summary>
    public string? Namespace { get; set; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string? Operation { get; set; }

    /// <summary>Who writes.</summary>
    public V1AdmissionUser? UserInfo { get; set; }

    /// <summary>The object as it would be stored; null on DELETE.</summary>
    public JsonElement? Object { get; set; }

    /// <summary>The object as it is stored; null on CREATE.</summary>
    public JsonElement? OldObject { get; set; }
}

/// <summary>A kind in one version.</summary>
public sealed class V1GroupVersionKind
{
    /// <summary>API group; empty for the core group.</summary>
    public string? Group { get; set; }

    /// <summary>Version.</summary>
    public string? Version { get; set; }

    /// <summary>Kind.</summary>
    public string? Kind { get; set; }
}

/// <summary>Who sent a write.</summary>
public sealed class V1AdmissionUser
{
    /// <summary>Such as <c>system:serviceaccount:argocd:controller</c>.</summary>
    public string? Username { get; set; }
}

/// <summary>The answer to an <see cref="V1AdmissionRequest"/>.</summary>
public sealed class V1AdmissionResponse
{
    /// <summary>The question's.</summary>
    public string? Uid { get; set; }

    /// <summary>Whether the write may go on.</summary>
    public bool Allowed { get; set; }

    /// <summary>Why not; null when it may.</summary>
    public V1Status? Status { get; set; }

    /// <summary>Shown by kubectl, whether it may or not.</summary>
    public List<string>? Warnings { get; set; }
}
