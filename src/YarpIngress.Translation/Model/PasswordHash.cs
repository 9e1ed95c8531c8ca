namespace YarpIngress.Translation.Model;

/// <summary>What is stored of a password, taken apart.</summary>
public sealed class PasswordHash
{
    /// <summary>How it was made.</summary>
    public required PasswordScheme Scheme { get; init; }

    /// <summary>How often, in the scheme's own unit; 0 for those that have none.</summary>
    public int Cost { get; init; }

    /// <summary>What it was made with beside the password.</summary>
    public byte[] Salt { get; init; } = [];

    /// <summary>What a right password comes out as: bytes, or for the crypt schemes the characters that they are written in.</summary>
    public required byte[] Expected { get; init; }

    /// <summary>Whether comparing a password takes so long that nobody else may have to wait for it.</summary>
    public bool IsCostly => Scheme is PasswordScheme.Bcrypt or PasswordScheme.Apr1 or PasswordScheme.Md5Crypt
        or PasswordScheme.Sha256Crypt or PasswordScheme.Sha512Crypt;
}

/// <summary>The ways of storing a password that htpasswd, openssl and crypt have.</summary>
public enum PasswordScheme
{
    /// <summary><c>{PLAIN}</c>: as it is.</summary>
    Plain,

    /// <summary><c>{SHA}</c>: SHA-1.</summary>
    Sha1,

    /// <summary><c>{SSHA}</c>: SHA-1 with a salt.</summary>
    SaltedSha1,

    /// <summary><c>$apr1$</c>: Apache's MD5.</summary>
    Apr1,

    /// <summary><c>$1$</c>: the MD5 of crypt.</summary>
    Md5Crypt,

    /// <summary><c>$5$</c>: the SHA-256 of crypt.</summary>
    Sha256Crypt,

    /// <summary><c>$6$</c>: the SHA-512 of crypt.</summary>
    Sha512Crypt,

    /// <summary><c>$2a$</c>, <c>$2b$</c>, <c>$2y$</c>: bcrypt.</summary>
    Bcrypt,

    /// <summary>MD5 of name, realm and password, as htdigest has it.</summary>
    Digest,
}
