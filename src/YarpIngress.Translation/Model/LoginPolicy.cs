using YarpIngress.Kubernetes;

namespace YarpIngress.Translation.Model;

/// <summary><c>auth-type</c> and what belongs to it: who has to log in, by which users.</summary>
public sealed record LoginPolicy
{
    /// <summary><c>auth-type</c>; null while it is not known, which lets nobody in.</summary>
    public LoginKind? Kind { get; init; }

    /// <summary><c>auth-secret</c>: where the users are; null while it is not known, which lets nobody in.</summary>
    public ObjectKey? Secret { get; init; }

    /// <summary><c>auth-secret-type</c>: how they are written there.</summary>
    public LoginSecretForm Form { get; init; }

    /// <summary><c>auth-realm</c>: what a browser shows, or remembers passwords by; default empty.</summary>
    public string Realm { get; init; } = "";

    /// <summary>The users, once the Secret was looked at; nobody before.</summary>
    public LoginUsers Users { get; init; } = LoginUsers.Nobody;
}

/// <summary>How a client proves who it is.</summary>
public enum LoginKind
{
    /// <summary>Name and password with each request (RFC 7617).</summary>
    Basic,

    /// <summary>A digest of name, password and a number of ours (RFC 7616 with MD5, which is what htdigest files hold).</summary>
    Digest,
}

/// <summary>How the users are written in a Secret.</summary>
public enum LoginSecretForm
{
    /// <summary>All in the key <c>auth</c>, a line each, as htpasswd and htdigest write them.</summary>
    File,

    /// <summary>A key for each user, with the hash as its value.</summary>
    Map,
}
