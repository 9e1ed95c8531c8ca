using System.Globalization;
using YarpIngress.LocalCluster.Api.Admission;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Api.Selectors;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>One request for a resource.</summary>
/// <param name="Http">The exchange.</param>
/// <param name="Server">Limits, clock, operations.</param>
/// <param name="User">Who asks.</param>
/// <param name="Path">What for.</param>
/// <param name="Resource">The resource in the path.</param>
internal sealed record ApiRequest(HttpContext Http, ApiServer Server, UserInfo User, RequestPath Path, ResourceInfo Resource)
{
    private const int MaxWarningLength = 256;
    private const int MaxWarningsLength = 4096;
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(1);

    public CancellationToken Cancellation => Http.RequestAborted;

    public ApiOperations Api => Server.Operations;

    /// <summary>The namespace of the path, which namespaced objects need.</summary>
    public string? Namespace => Resource.Namespaced ? Path.Namespace : null;

    public OutputFormat Output => Negotiation.Output(Http.Request);

    /// <summary>A query parameter; null when it is missing or empty.</summary>
    public string? Query(string name) => Http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    public bool Flag(string name) => Query(name) is "true" or "1" or "True" or "t";

    /// <summary>The query of a create, update or patch. Collected warnings go into headers with <see cref="SendWarnings"/>.</summary>
    public WriteOptions WriteOptions(IReadOnlyList<string> duplicates, List<string> warnings) => new()
    {
        FieldManager = FieldManager(),
        DryRun = IsDryRun(Http.Request.Query["dryRun"]),
        FieldValidation = Query("fieldValidation") switch
        {
            "Ignore" => FieldValidationMode.Ignore,
            null or "Warn" => FieldValidationMode.Warn,
            "Strict" => FieldValidationMode.Strict,
            var other => throw InvalidOption(
                "fieldValidation", "FieldValueNotSupported",
                $"Unsupported value: \"{other}\": supported values: \"Ignore\", \"Strict\", \"Warn\""),
        },
        Force = Flag("force"),
        DuplicateFields = duplicates,
        Warnings = warnings,
        Admission = Admission(warnings),
    };

    /// <summary>The webhooks that writes of this request meet; null when none is registered.</summary>
    public Action<AdmissionCall>? Admission(ICollection<string> warnings) =>
        ValidatingWebhooks.AnyIn(Api.Store) ? new ValidatingWebhooks(Api.Store, User, warnings, Cancellation).Check : null;

    /// <summary>Runs a write, which waits for webhooks where there are any; what it warns of is told even when it is refused.</summary>
    public async Task<T> WriteAsync<T>(IReadOnlyCollection<string> warnings, Func<T> write)
    {
        try
        {
            return ValidatingWebhooks.AnyIn(Api.Store) ? await Task.Run(write, Cancellation).ConfigureAwait(false) : write();
        }
        finally
        {
            SendWarnings(warnings);
        }
    }

    /// <summary>Each once; once all of them are long, each is cut, and what is too much even then is dropped, as upstream does.</summary>
    private void SendWarnings(IEnumerable<string> warnings)
    {
        var texts = warnings.Where(text => text.Length > 0 && !text.Any(char.IsControl)).Distinct().ToList();
        var cut = texts.Sum(text => text.Length) > MaxWarningsLength;
        var sent = 0;
        foreach (var warning in texts)
        {
            var text = cut && warning.Length > MaxWarningLength ? warning[..MaxWarningLength] : warning;
            if (sent >= MaxWarningsLength)
                return;
            sent += text.Length;
            Http.Response.Headers.Append(
                "Warning",
                $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
        }
    }

    public ListOptions ListOptions()
    {
        var fields = FieldSelector.Parse(Query("fieldSelector") ?? "", Resource);
        if (Path.Name is { } name)
            fields = fields.And("metadata.name", name);
        return new ListOptions
        {
            Labels = LabelSelector.Parse(Query("labelSelector") ?? ""),
            Fields = fields,
            Limit = Number("limit") is { } limit ? (int)Math.Min(limit, int.MaxValue) : null,
            Continue = Query("continue"),
            ResourceVersion = Query("resourceVersion"),
            ResourceVersionMatch = Query("resourceVersionMatch"),
            AllowBookmarks = Flag("allowWatchBookmarks"),
            SendInitialEvents = Query("sendInitialEvents") is null ? null : Flag("sendInitialEvents"),
            Timeout = Number("timeoutSeconds") is > 0 and var seconds
                ? TimeSpan.FromSeconds(Math.Min(seconds, MaxTimeout.TotalSeconds))
                : null,
        };
    }

    public static bool IsDryRun(IEnumerable<string?> values)
    {
        foreach (var value in values)
        {
            if (value == "All")
                return true;
            if (!string.IsNullOrEmpty(value))
                throw InvalidOption("dryRun", "FieldValueNotSupported", $"Unsupported value: [\"{value}\"]: supported values: \"All\"");
        }
        return false;
    }

    public static ApiError InvalidOption(string field, string reason, string message) =>
        ApiError.Invalid("meta.k8s.io", "CreateOptions", "", [new StatusCause(reason, message, field)]);

    private long? Number(string name)
    {
        if (Query(name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiError.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }

    /// <summary>The query's manager, else the client's name from its User-Agent, as upstream.</summary>
    private string FieldManager()
    {
        const int limit = 128;
        if (Query("fieldManager") is { } manager)
        {
            return manager.Length <= limit
                ? manager
                : throw InvalidOption("fieldManager", "FieldValueTooLong", $"Too long: may not be more than {limit} bytes");
        }
        var agent = Http.Request.Headers.UserAgent.ToString().Split('/')[0];
        if (agent.Length == 0)
            return "unknown";
        return agent.Length <= limit ? agent : agent[..limit];
    }
}
