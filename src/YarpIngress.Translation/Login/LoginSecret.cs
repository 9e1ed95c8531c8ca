using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Login;

/// <summary>
/// Reads the Secret of <c>auth-secret</c>. What it says of it has neither names nor hashes in it, only numbers of lines and, where
/// users are keys of their own, nothing of them at all.
/// </summary>
public sealed class LoginSecret
{
    /// <summary>The key that holds a file of users.</summary>
    public const string FileKey = "auth";

    /// <summary>How many users one Secret may have.</summary>
    public const int MostUsers = 10_000;

    private const int LongestLine = 4096;
    private const int MostTold = 3;

    // Thousands of Ingresses may name one Secret: its users are read once, and what is known of their passwords is shared.
    private static readonly ConditionalWeakTable<V1Secret, ConcurrentDictionary<(LoginKind, LoginSecretForm), LoginSecret>> Known = [];

    private readonly Dictionary<string, PasswordHash> _hashes = new(StringComparer.Ordinal);
    private readonly List<string> _unusable = [];
    private int _count;

    private LoginSecret()
    {
    }

    /// <summary>Who may log in.</summary>
    public LoginUsers Users { get; private set; } = LoginUsers.Nobody;

    /// <summary>Why nobody can; null when somebody can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Who can't; null when everybody can.</summary>
    public string? Notice { get; private set; }

    /// <summary>What the Secret holds.</summary>
    /// <param name="secret">The Secret; null when it does not exist.</param>
    /// <param name="kind">What the users are for.</param>
    /// <param name="form">How they are written.</param>
    public static LoginSecret Read(V1Secret? secret, LoginKind kind, LoginSecretForm form) => secret is null
        ? new LoginSecret { Problem = "does not exist" }
        : Known.GetOrCreateValue(secret).GetOrAdd((kind, form), static (key, secret) => Parse(secret, key.Item1, key.Item2), secret);

    private static LoginSecret Parse(V1Secret secret, LoginKind kind, LoginSecretForm form)
    {
        var data = secret.Data ?? [];
        var result = new LoginSecret();
        using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        content.AppendData([(byte)kind, (byte)form]);
        // Numbers of digests are made with a key of this. Who gets one may try passwords on it as long as the rest of the key can be
        // guessed: what nobody outside of the cluster knows makes that useless, and is the same in every replica.
        if (kind is LoginKind.Digest)
            content.AppendData(Encoding.UTF8.GetBytes($"{secret.Metadata.Uid} {secret.Metadata.ResourceVersion} "));
        if (form is LoginSecretForm.File)
        {
            if (data.GetValueOrDefault(FileKey) is not { } file)
                return new LoginSecret { Problem = $"has no key {FileKey}" };
            content.AppendData(file);
            result.ReadFile(file, kind);
        }
        else
        {
            foreach (var (name, value) in data.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                content.AppendData(Encoding.UTF8.GetBytes($"{name}:{value?.Length}:"));
                content.AppendData(value ?? []);
                result.Add("an entry", Encoding.Latin1.GetBytes(name + ":"), value ?? [], kind);
            }
        }
        return result.Finish(Convert.ToHexString(content.GetHashAndReset()), kind);
    }

    private void ReadFile(ReadOnlySpan<byte> file, LoginKind kind)
    {
        if (file.StartsWith("\uFEFF"u8))
            file = file[3..];
        var number = 0;
        foreach (var range in file.Split((byte)'\n'))
        {
            number++;
            var line = file[range].TrimEnd(" \t\r"u8);
            if (!line.IsEmpty && line[0] != '#')
                Add($"line {number}", line, [], kind);
        }
    }

    /// <summary>Adds a user: of a line, or of a name with its value.</summary>
    private void Add(string where, ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest, LoginKind kind)
    {
        try
        {
            if (start.Length + rest.Length > LongestLine)
                throw new FormatException("is too long");
            // A character for each byte: whatever the encoding, a client's bytes are compared.
            var text = Encoding.Latin1.GetString(start) + Encoding.Latin1.GetString(rest.TrimEnd(" \t\r\n"u8));
            var fields = text.Split(':');
            if (fields is [{ Length: 0 }, ..] or not [_, _, ..] || text.Contains('\n'))
                throw new FormatException("has no name and hash with a colon between");
            if (++_count > MostUsers)
                return;
            var (name, hash) = kind is LoginKind.Basic
                // As nginx: what comes behind another colon is a comment.
                ? (fields[0], PasswordHashText.Parse(fields[1]))
                : (fields.Length > 2 ? $"{fields[0]}:{fields[1]}" : throw new FormatException("has no name, realm and MD5 with "
                    + "colons between"),
                    PasswordHashText.Digest(fields[2]));
            if (!_hashes.TryAdd(name, hash))
                throw new FormatException("is of a user that is there before");
        }
        catch (FormatException error)
        {
            _unusable.Add($"{where} {error.Message}");
        }
    }

    private LoginSecret Finish(string content, LoginKind kind)
    {
        var told = string.Join("; ", _unusable.Take(MostTold))
            + (_unusable.Count > MostTold ? $"; and {_unusable.Count - MostTold} more" : "");
        if (_count > MostUsers)
            Problem = $"has more than {MostUsers} users";
        else if (_hashes.Count == 0)
            Problem = _unusable.Count == 0 ? "has no users" : $"has no user that can log in: {told}";
        else
        {
            Users = new LoginUsers($"{kind}{content}", _hashes);
            Notice = _unusable.Count == 0 ? null : $"{told}; {(_unusable.Count == 1 ? "that user" : "those users")} can't log in";
        }
        return this;
    }
}
