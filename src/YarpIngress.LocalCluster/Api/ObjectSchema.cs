using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Discovery;
using YarpIngress.LocalCluster.Schema;
using YarpIngress.LocalCluster.Validation;

namespace YarpIngress.LocalCluster.Api;

/// <summary>Where writes meet the schema: strict field checks, defaults, validation.</summary>
internal static class ObjectSchema
{
    public static KindSchema Of(ResourceInfo resource) => SchemaCatalog.Find(resource.Group, resource.Version, resource.Kind)
        ?? throw new InvalidOperationException($"There is no schema of {resource}.");

    /// <summary>Wrong JSON types are refused; unknown and duplicate fields are treated as the caller wants.</summary>
    public static void CheckFields(ResourceInfo resource, JsonObject value, WriteOptions options)
    {
        var schema = Of(resource);
        if (FieldValidation.DecodeError(schema, value) is { } error)
            throw ApiError.BadRequest(error);
        if (options.FieldValidation == FieldValidationMode.Ignore)
            return;
        List<string> found = [.. FieldValidation.UnknownFields(schema, value), .. options.DuplicateFields];
        if (found.Count == 0)
            return;
        if (options.FieldValidation == FieldValidationMode.Strict)
            throw ApiError.BadRequest(FieldValidation.StrictError(schema, found));
        foreach (var text in found)
            options.Warnings?.Add(text);
    }

    public static void SetDefaults(ResourceInfo resource, JsonObject value) => Defaulting.Apply(Of(resource), value);

    public static void ValidateNew(ResourceInfo resource, JsonObject value) =>
        Refuse(resource, value, ObjectValidation.Create(resource.Group, resource.Kind, value));

    public static void ValidateChanged(ResourceInfo resource, JsonObject value, JsonObject old, string? subresource) => Refuse(
        resource,
        value,
        subresource == "status"
            ? ObjectValidation.UpdateStatus(resource.Group, resource.Kind, value, old)
            : ObjectValidation.Update(resource.Group, resource.Kind, value, old));

    private static void Refuse(ResourceInfo resource, JsonObject value, IReadOnlyList<FieldError> errors)
    {
        if (errors.Count == 0)
            return;
        throw ApiError.Invalid(
            resource, Store.ObjectMetadata.Of(value).Name ?? "", [.. errors.Select(e => new StatusCause(e.Reason, e.Message, e.Field))]);
    }
}
