namespace YarpIngress.Proxy;

/// <summary>URLs of requests that are sent on.</summary>
internal static class VerbatimUri
{
    /// <summary>Without it System.Uri would decode and encode path and query anew; who gets them is to see them byte for byte.</summary>
    public static readonly UriCreationOptions Options = new() { DangerousDisablePathAndQueryCanonicalization = true };
}
