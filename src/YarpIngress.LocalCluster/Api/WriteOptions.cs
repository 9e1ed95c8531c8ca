using YarpIngress.LocalCluster.Api.Admission;

namespace YarpIngress.LocalCluster.Api;

/// <summary>What to do with fields that the schema does not know and with fields given twice.</summary>
internal enum FieldValidationMode
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>The query of a create, update or patch.</summary>
internal sealed record WriteOptions
{
    /// <summary>Who the fields belong to afterwards.</summary>
    public string FieldManager { get; init; } = "local-cluster";

    /// <summary>Do everything but store it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Unknown fields: in-process callers are trusted.</summary>
    public FieldValidationMode FieldValidation { get; init; } = FieldValidationMode.Ignore;

    /// <summary>Server-side apply: the caller has merged the object and set its managedFields.</summary>
    public bool IsApply { get; init; }

    /// <summary>Server-side apply: take fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>Fields that were given twice in the body, as texts for the answer.</summary>
    public IReadOnlyList<string> DuplicateFields { get; init; } = [];

    /// <summary>Collects what the answer's <c>Warning</c> headers say.</summary>
    public ICollection<string>? Warnings { get; init; }

    /// <summary>Asked before anything is stored; null for in-process callers, who are part of the cluster.</summary>
    public Action<AdmissionCall>? Admission { get; init; }

    /// <summary>For callers that have no wishes.</summary>
    public static WriteOptions Default { get; } = new();
}
