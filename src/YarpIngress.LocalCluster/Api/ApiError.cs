using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Api.Security;
using YarpIngress.LocalCluster.Discovery;

namespace YarpIngress.LocalCluster.Api;

/// <summary>A refusal in upstream's shape: it becomes a <c>Status</c> with this code, reason and message.</summary>
internal sealed class ApiError : Exception
{
    private ApiError(int code, string reason, string message, JsonObject? details = null)
        : base(message)
    {
        Code = code;
        Reason = reason;
        Details = details;
    }

    /// <summary>HTTP status.</summary>
    public int Code { get; }

    /// <summary>Machine-readable reason, such as <c>NotFound</c>.</summary>
    public string Reason { get; }

    /// <summary>What it is about.</summary>
    public JsonObject? Details { get; }

    /// <summary>List metadata that goes with it: the continue token of an expired list.</summary>
    public JsonObject? Metadata { get; private init; }

    /// <summary>The answer's body.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Metadata?.DeepClone() ?? new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
            status["reason"] = Reason;
        if (Details is not null)
            status["details"] = Details.DeepClone();
        status["code"] = Code;
        return status;
    }

    public static ApiError BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiError Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiError Forbidden(ResourceInfo resource, string name, string why, params StatusCause[] causes) =>
        new(
            403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}",
            About(resource.Group, resource.Plural, name, causes));

    /// <summary>No rule allows it.</summary>
    public static ApiError Forbidden(string user, AccessRequest request, string reason)
    {
        var why = reason.Length == 0 ? "" : $": {reason}";
        if (request.Path is { } path)
            return new ApiError(403, "Forbidden", $"forbidden: User \"{user}\" cannot {request.Verb} path \"{path}\"{why}", []);
        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var place = request.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{request.Namespace}\"";
        var qualified = request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}";
        var which = request.Name.Length == 0 ? qualified : $"{qualified} \"{request.Name}\"";
        return new ApiError(
            403, "Forbidden",
            $"{which} is forbidden: User \"{user}\" cannot {request.Verb} resource \"{resource}\" in API group \"{request.Group}\" "
                + $"{place}{why}",
            About(request.Group, request.Resource, request.Name));
    }

    public static ApiError NotFound(ResourceInfo resource, string name) =>
        new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found", About(resource.Group, resource.Plural, name));

    /// <summary>The path names no resource.</summary>
    public static ApiError NoSuchResource() => new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiError MethodNotAllowed(string verb, ResourceInfo resource) => new(
        405,
        "MethodNotAllowed",
        $"{verb} is not supported on resources of kind \"{resource.QualifiedName}\"",
        About(resource.Group, resource.Plural, null));

    /// <summary>The path is known, the method is not.</summary>
    public static ApiError MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiError NotAcceptable(IEnumerable<string> accepted) => new(
        406, "NotAcceptable", $"only the following media types are accepted: {string.Join(", ", accepted)}");

    public static ApiError AlreadyExists(ResourceInfo resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", About(resource.Group, resource.Plural, name));

    public static ApiError Conflict(ResourceInfo resource, string name, string why, params StatusCause[] causes) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {why}",
        About(resource.Group, resource.Plural, name, causes));

    /// <summary>Another writer was faster.</summary>
    public static ApiError Modified(ResourceInfo resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>Server-side apply met fields that belong to other managers.</summary>
    public static ApiError ApplyConflict(string message, IEnumerable<StatusCause> causes) =>
        new(409, "Conflict", message, new JsonObject { ["causes"] = Causes(causes) });

    /// <summary>History that is gone: a watch or list must start anew.</summary>
    public static ApiError Expired(string message, string? continueToken = null) =>
        new(410, "Expired", message) { Metadata = continueToken is null ? null : new JsonObject { ["continue"] = continueToken } };

    public static ApiError TooOld(long requested, long oldest) => Expired($"too old resource version: {requested} ({oldest})");

    public static ApiError TooLarge(string message) => new(413, "RequestEntityTooLarge", message);

    public static ApiError UnsupportedMediaType(IEnumerable<string> supported) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", supported)}");

    /// <summary>The object breaks validation rules.</summary>
    public static ApiError Invalid(ResourceInfo resource, string name, IReadOnlyList<StatusCause> causes) =>
        Invalid(resource.Group, resource.Kind, name, causes);

    /// <inheritdoc cref="Invalid(ResourceInfo, string, IReadOnlyList{StatusCause})"/>
    public static ApiError Invalid(string group, string kind, string name, IReadOnlyList<StatusCause> causes)
    {
        var texts = causes.Select(c => c.Field.Length == 0 ? c.Message : $"{c.Field}: {c.Message}").ToList();
        var list = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        return new ApiError(422, "Invalid", $"{qualified} \"{name}\" is invalid: {list}", About(group, kind, name, causes));
    }

    /// <summary>The patch can't be applied to this object. Upstream's message says no more than this; the cause does.</summary>
    public static ApiError PatchFailed(string why) => new(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request",
        new JsonObject { ["causes"] = Causes([new StatusCause("UnexpectedServerResponse", why, "")]) });

    public static ApiError TooManyRequests(string message, int retryAfterSeconds, params StatusCause[] causes)
    {
        var details = new JsonObject();
        if (causes.Length > 0)
            details["causes"] = Causes(causes);
        details["retryAfterSeconds"] = retryAfterSeconds;
        return new ApiError(429, "TooManyRequests", message, details);
    }

    /// <summary>An admission webhook said no, with the status that it gave.</summary>
    public static ApiError DeniedBy(string webhook, JsonObject? status)
    {
        var given = status?["code"] is JsonValue value && value.TryGetValue(out int number) ? number : 0;
        var (message, reason) = (Text("message"), Text("reason"));
        var why = message.Length > 0 ? $": {message}" : reason.Length > 0 ? $": {reason}" : " without explanation";
        return new ApiError(
            Math.Max(400, given), reason, $"admission webhook \"{webhook}\" denied the request{why}",
            status?["details"]?.DeepClone() as JsonObject);

        string Text(string field) => status?[field] is JsonValue text && text.TryGetValue(out string? found) ? found : "";
    }

    public static ApiError Internal(string message) => new(
        500, "InternalError", $"Internal error occurred: {message}",
        new JsonObject { ["causes"] = Causes([new StatusCause("", message, "")]) });

    /// <summary>A refusal of the storage layer, which upstream passes on without a reason.</summary>
    public static ApiError Storage(string message) => new(500, "", message);

    /// <summary>The client is ahead of this server.</summary>
    public static ApiError ResourceVersionTooLarge(long requested, long current) => new(
        504,
        "Timeout",
        $"Too large resource version: {requested}, current: {current}",
        new JsonObject
        {
            ["causes"] = Causes([new StatusCause("ResourceVersionTooLarge", "Too large resource version", "")]),
            ["retryAfterSeconds"] = 1,
        });

    private static JsonObject About(string group, string kind, string? name, IReadOnlyList<StatusCause>? causes = null)
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(name))
            details["name"] = name;
        if (group.Length > 0)
            details["group"] = group;
        details["kind"] = kind;
        if (causes is { Count: > 0 })
            details["causes"] = Causes(causes);
        return details;
    }

    private static JsonArray Causes(IEnumerable<StatusCause> causes)
    {
        var array = new JsonArray();
        foreach (var cause in causes)
        {
            var item = new JsonObject();
            if (cause.Reason.Length > 0)
                item["reason"] = cause.Reason;
            item["message"] = cause.Message;
            if (cause.Field.Length > 0)
                item["field"] = cause.Field;
            array.Add((JsonNode)item);
        }
        return array;
    }
}
