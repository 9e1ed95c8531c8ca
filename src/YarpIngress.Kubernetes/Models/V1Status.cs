namespace YarpIngress.Kubernetes.Models;

/// <summary>The API server's answer when it is not the object: errors, mostly.</summary>
public sealed class V1Status
{
    /// <summary>API version.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Always Status.</summary>
    public string? Kind { get; set; }

    /// <summary>List metadata.</summary>
    public V1ListMeta? Metadata { get; set; }

    /// <summary>Success or Failure.</summary>
    public string? Status { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>Machine-readable, such as NotFound, Conflict or Expired.</summary>
    public string? Reason { get; set; }

    /// <summary>What it is about.</summary>
    public V1StatusDetails? Details { get; set; }

    /// <summary>HTTP status.</summary>
    public int? Code { get; set; }
}

/// <summary>What a status is about.</summary>
public sealed class V1StatusDetails
{
    /// <summary>Object name.</summary>
    public string? Name { get; set; }

    /// <summary>API group.</summary>
    public string? Group { get; set; }

    /// <summary>Kind or resource.</summary>
    public string? Kind { get; set; }

    /// <summary>UID.</summary>
    public string? Uid { get; set; }

    /// <summary>One for each field in error.</summary>
    public List<V1StatusCause>? Causes { get; set; }

    /// <summary>How long to wait before trying again.</summary>
    public int? RetryAfterSeconds { get; set; }
}

/// <summary>One cause of an error.</summary>
public sealed class V1StatusCause
{
    /// <summary>Machine-readable.</summary>
    public string? Reason { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>The field in error.</summary>
    public string? Field { get; set; }
}
