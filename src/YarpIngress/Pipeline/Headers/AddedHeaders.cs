using System.Net.Http.Headers;
using YarpIngress.Pipeline.Variables;

namespace YarpIngress.Pipeline.Headers;

/// <summary>Headers of a request to a pod that come in place of the client's: what is configured for all, and what a step adds.</summary>
internal static class AddedHeaders
{
    /// <summary>Whether there are any.</summary>
    public static bool Exist(GatewayRequest request) =>
        request.AddedHeaders.Count > 0 || request.Headers.Requests.Count > 0
            || request.Policies.ExternalAuth is { ResponseHeaders.Count: > 0 };

    /// <summary>Whether a client's header of this name does not pass, since another one comes in its place.</summary>
    public static bool Replace(GatewayRequest request, string name)
    {
        if (IsAdded(request, name))
            return true;
        // Also when nobody was asked: the pod takes such a header for the authentication service's word.
        foreach (var vouched in request.Policies.ExternalAuth?.ResponseHeaders ?? [])
        {
            if (vouched.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (vouched.Length == name.Length
                    && RequestHeaderRules.AsPlain(vouched).Equals(RequestHeaderRules.AsPlain(name), StringComparison.OrdinalIgnoreCase)))
                return true;
        }
        return request.Headers.RequestNames.Contains(name);
    }

    private static bool IsAdded(GatewayRequest request, string name)
    {
        foreach (var header in request.AddedHeaders)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Takes the client's headers away that are the authentication service's to set, however they are spelled.</summary>
    public static void RemoveVouched(GatewayRequest request, HttpRequestHeaders headers)
    {
        if (request.Policies.ExternalAuth is not { ResponseHeaders.Count: > 0 })
            return;
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => Replace(request, name)).ToList())
            headers.Remove(name);
    }

    /// <summary>Adds them.</summary>
    public static void Write<TSink>(GatewayRequest request, ref TSink sink)
        where TSink : struct, IHeaderSink, allows ref struct
    {
        foreach (var header in request.AddedHeaders)
            sink.Add(header.Name, header.Value);
        if (request.Grant is { } grant)
        {
            foreach (var header in grant.Headers)
                sink.Add(header.Name, header.Value);
        }
        else
        {
            foreach (var name in request.Policies.ExternalAuth?.ResponseHeaders ?? [])
                sink.Add(name, "");
        }
        foreach (var (name, value) in request.Headers.Requests)
        {
            // What a step says of this request counts more than what is said of all.
            if (!IsAdded(request, name))
                sink.Add(name, value.Resolve(request));
        }
    }
}
