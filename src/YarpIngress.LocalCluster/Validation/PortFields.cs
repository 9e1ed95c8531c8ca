using System.Text.Json.Nodes;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Fields that ports of several kinds have in common.</summary>
internal static class PortFields
{
    public static void Protocol(FieldErrors errors, string path, JsonObject port)
    {
        if (port.String("protocol") is not { Length: > 0 } protocol)
        {
            errors.Required($"{path}.protocol");
        }
        else if (protocol is not ("SCTP" or "TCP" or "UDP"))
        {
            errors.NotSupported($"{path}.protocol", protocol, "SCTP", "TCP", "UDP");
        }
    }

    public static void NumberOrName(FieldErrors errors, string path, JsonNode port)
    {
        if (port.AsString() is { } name)
        {
            errors.Invalid(path, name, Names.PortName(name));
        }
        else
        {
            var number = port.AsInteger() ?? 0;
            errors.Invalid(path, number, Names.PortNumber(number));
        }
    }

    public static void NotNegative(FieldErrors errors, string path, JsonNode? value)
    {
        if (value.AsInteger() < 0)
        {
            errors.Invalid(path, value, "must be greater than or equal to 0");
        }
    }
}
