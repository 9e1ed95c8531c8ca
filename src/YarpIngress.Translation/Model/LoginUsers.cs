using System.Security.Cryptography;
using System.Text;

namespace YarpIngress.Translation.Model;

/// <summary>
/// Users and the hashes of their passwords, as a Secret has them. Two are equal when they were read from the same content. Nothing
/// of a user is in its text.
/// </summary>
public sealed class LoginUsers : IEquatable<LoginUsers>
{
    private readonly Dictionary<string, PasswordHash> _hashes;
    private readonly string _content;

    /// <summary>Makes them.</summary>
    /// <param name="content">A digest of what they were read from; secret.</param>
    /// <param name="hashes">By name, each character of which is a byte; of digests by name, colon and realm.</param>
    public LoginUsers(string content, Dictionary<string, PasswordHash> hashes)
    {
        _content = content;
        _hashes = hashes;
        foreach (var hash in hashes.Values)
        {
            // The costliest, so that a name that nobody has is not told by the time that it takes.
            if (Decoy is null || hash.Cost > Decoy.Cost)
                Decoy = hash;
        }
    }

    /// <summary>No users: nobody is let in.</summary>
    public static LoginUsers Nobody { get; } = new("", []);

    /// <summary>How many there are.</summary>
    public int Count => _hashes.Count;

    /// <summary>A hash to compare the passwords of unknown users with; null without users.</summary>
    public PasswordHash? Decoy { get; }

    /// <summary>The hash of a user; null when there is none of that name.</summary>
    public PasswordHash? Find(string name) => _hashes.GetValueOrDefault(name);

    /// <summary>A key that every replica has of the same state of the same Secret, and nobody who does not know both.</summary>
    public byte[] SharedKey() => SHA256.HashData(Encoding.ASCII.GetBytes($"yarp-ingress {_content}"));

    /// <summary>Whether one of the users of digests is of <paramref name="realm"/>.</summary>
    public bool HasRealm(string realm) => _hashes.Keys.Any(name => name.AsSpan(name.IndexOf(':') + 1).SequenceEqual(realm));

    /// <inheritdoc/>
    public bool Equals(LoginUsers? other) => other is not null && other._content == _content;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LoginUsers);

    /// <inheritdoc/>
    public override int GetHashCode() => _content.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Count} user{(Count == 1 ? "" : "s")}";
}
