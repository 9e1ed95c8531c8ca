namespace YarpIngress.Kubernetes;

/// <summary>Server addresses as people write them: the scheme may be missing, a path may follow.</summary>
internal static class ServerUrl
{
    /// <param name="text">What was written.</param>
    /// <param name="secure">Whether an address without a scheme means https.</param>
    /// <param name="source">Where it was written, for the error.</param>
    public static Uri Parse(string text, bool secure, string source)
    {
        var full = text.Contains("://", StringComparison.Ordinal) ? text : (secure ? "https://" : "http://") + text;
        if (Uri.TryCreate(full, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.Host.Length > 0 && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0)
        {
            return url;
        }

        throw new ClusterConfigException(
            $"{source}: \"{text}\" is not the URL of an API server; it looks like https://host:6443, http:// is allowed too.");
    }
}
