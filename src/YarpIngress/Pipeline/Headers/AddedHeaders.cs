using YarpIngress.Pipeline.Variables;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Headers of a request to a pod that come in place of the client's: what is configured for all, and what a step adds.</summary>
internal static class AddedHeaders
{
    /// <summary>Whether there are any.</summary>
    public static bool Exist(GatewayRequest request) => request.AddedHeaders.Count > 0 || request.Headers.Requests.Count > 0;

    /// <summary>Whether a client's header of this name does not pass, since another one comes in its place.</summary>
    public static bool Replace(GatewayRequest request, string name)
    {
        foreach (var header in request.AddedHeaders)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return request.Headers.RequestNames.Contains(name);
    }

    /// <summary>Adds them.</summary>
    public static void Write<TSink>(GatewayRequest request, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        foreach (var header in request.AddedHeaders)
            sink.Add(header.Name, header.Value);
        foreach (var (name, value) in request.Headers.Requests)
            sink.Add(name, value.Resolve(request));
    }
}
