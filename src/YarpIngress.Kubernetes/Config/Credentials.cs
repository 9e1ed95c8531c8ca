using System.Net.Http.Headers;
using System.Text;

namespace YarpIngress.Kubernetes;

/// <summary>Who we are to the API server. Values that expire are fetched again in time, and after the server refused them.</summary>
public abstract class Credentials
{
    /// <summary>Nobody.</summary>
    public static Credentials Anonymous { get; } = new FixedCredentials(null);

    /// <summary>A token that does not change.</summary>
    public static Credentials BearerToken(string token) => new FixedCredentials(Bearer(token, "the token"));

    /// <summary>A token in a file that is replaced now and then, as a pod's service account token is.</summary>
    public static Credentials BearerTokenFile(string path) => new TokenFileCredentials(path);

    /// <summary>User name and password.</summary>
    public static Credentials Basic(string user, string password) =>
        new FixedCredentials(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))));

    internal static AuthenticationHeaderValue Bearer(string token, string source)
    {
        token = token.Trim();
        return token.Length > 0 && !token.Any(c => c <= ' ' || c > '~')
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw new ClusterConfigException($"{source} is empty or holds characters that no token has.");
    }

    /// <summary>What to send with the next request.</summary>
    /// <exception cref="ClusterConfigException">They can't be got; the message says why.</exception>
    internal abstract ValueTask<Credential> GetAsync(TimeProvider time, CancellationToken cancellationToken);

    /// <summary>The server refused <paramref name="refused"/>. Says whether asking again may give something else.</summary>
    internal abstract bool Refuse(Credential refused);

    /// <summary>Never the credentials.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>What is sent with one request. A class without a printable form, since it is secret.</summary>
internal sealed class Credential(AuthenticationHeaderValue? authorization, ClientCertificate? certificate = null)
{
    public AuthenticationHeaderValue? Authorization { get; } = authorization;

    public ClientCertificate? Certificate { get; } = certificate;
}

internal sealed class FixedCredentials(AuthenticationHeaderValue? authorization) : Credentials
{
    private readonly Credential _credential = new(authorization);

    internal override ValueTask<Credential> GetAsync(TimeProvider time, CancellationToken cancellationToken) => new(_credential);

    internal override bool Refuse(Credential refused) => false;
}
