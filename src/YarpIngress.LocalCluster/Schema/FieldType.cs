namespace YarpIngress.LocalCluster.Schema;

/// <summary>What a JSON value of a field looks like.</summary>
internal enum FieldShape
{
    String,
    Boolean,
    Int32,
    Int64,
    Number,
    IntOrString,
    Quantity,
    Time,
    MicroTime,
    Bytes,

    /// <summary>Any JSON value, kept as it is.</summary>
    Any,

    /// <summary>A fieldsV1 set, kept as it is.</summary>
    FieldsV1,
    Object,
    List,

    /// <summary>String keys that users choose, such as labels.</summary>
    Map,
}

/// <summary>How server-side apply sees a list.</summary>
internal enum ListType
{
    /// <summary>Replaced as a whole.</summary>
    Atomic,

    /// <summary>Scalars, each owned on its own.</summary>
    Set,

    /// <summary>Objects, each owned on its own and told apart by key fields.</summary>
    Map,
}

/// <summary>Type of a field, a list item or a map value.</summary>
internal sealed class FieldType
{
    public required FieldShape Shape { get; init; }

    /// <summary>The fields when <see cref="Shape"/> is Object.</summary>
    public ObjectType? Object { get; init; }

    /// <summary>Type of list items or map values.</summary>
    public FieldType? Element { get; init; }

    public ListType ListType { get; init; }

    /// <summary>Key fields of a <see cref="Schema.ListType.Map"/> list.</summary>
    public IReadOnlyList<string> ListKeys { get; init; } = [];

    /// <summary>Whether server-side apply owns the map or object as a whole.</summary>
    public bool Atomic { get; init; }

    /// <summary>A nullable value upstream: an explicit zero or empty value is kept, and nothing is filled in when it is absent.</summary>
    public bool Pointer { get; init; }

    public static FieldType String { get; } = new() { Shape = FieldShape.String };

    /// <summary>The Go type, as decode errors name it.</summary>
    public string GoName => Shape switch
    {
        FieldShape.String => "string",
        FieldShape.Boolean => "bool",
        FieldShape.Int32 => "int32",
        FieldShape.Int64 => "int64",
        FieldShape.Number => "float64",
        FieldShape.IntOrString => "intstr.IntOrString",
        FieldShape.Quantity => "resource.Quantity",
        FieldShape.Time => "v1.Time",
        FieldShape.MicroTime => "v1.MicroTime",
        FieldShape.Bytes => "[]uint8",
        FieldShape.Object => Object!.GoName,
        FieldShape.List => "[]" + Element!.GoName,
        FieldShape.Map => "map[string]" + Element!.GoName,
        _ => "runtime.RawExtension",
    };
}
