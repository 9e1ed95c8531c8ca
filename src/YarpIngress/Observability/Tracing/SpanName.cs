using YarpIngress.Pipeline;

namespace YarpIngress.Observability.Tracing;

/// <summary>
/// The name of the gateway's span: <c>opentelemetry-operation-name</c> with the variables that nginx users write into it,
/// else method and route, as OpenTelemetry's conventions have it.
/// </summary>
internal static class SpanName
{
    private const int Longest = 256;

    /// <summary>The name for a request.</summary>
    public static string Of(GatewayRequest request, string template)
    {
        if (template.Length == 0)
            return request.Chosen?.Route is { } route ? $"{HttpNames.Method(request.Context.Request.Method)} {route.Path}"
                : HttpNames.Method(request.Context.Request.Method);
        if (!template.Contains('$'))
            return template;
        var name = Replace(request, template);
        return name.Length <= Longest ? name : name[..Longest];
    }

    private static string Replace(GatewayRequest request, string template)
    {
        var http = request.Context.Request;
        var route = request.Chosen?.Route;
        var backend = request.Chosen?.Backend.Key;
        // The longer of two that begin alike first.
        return template
            .Replace("$request_method", HttpNames.Method(http.Method), StringComparison.Ordinal)
            .Replace("$ingress_name", route?.Ingress.Name, StringComparison.Ordinal)
            .Replace("$service_name", backend?.Service, StringComparison.Ordinal)
            .Replace("$service_port", backend?.Port, StringComparison.Ordinal)
            .Replace("$location_path", route?.Path, StringComparison.Ordinal)
            .Replace("$namespace", route?.Ingress.Namespace, StringComparison.Ordinal)
            .Replace("$scheme", http.Scheme, StringComparison.Ordinal)
            .Replace("$host", http.Host.Host, StringComparison.Ordinal)
            .Replace("$uri", http.Path.Value, StringComparison.Ordinal);
    }
}
