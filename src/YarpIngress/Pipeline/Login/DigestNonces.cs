using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YarpIngress.Pipeline.Login;

/// <summary>
/// The numbers that digests are made with: each says by itself when it was made and that a gateway made it, so that every replica
/// takes those of all. Only the uses of those that somebody logged in with are remembered, so that nobody else can fill the memory.
/// How long and how often one is good is as in the nginx module that ingress-nginx has.
/// </summary>
/// <param name="key">What shows that one was made by a gateway with the same users.</param>
/// <param name="time">The clock.</param>
internal sealed class DigestNonces(byte[] key, TimeProvider time)
{
    /// <summary>How long one may wait for its first use (<c>auth_digest_timeout</c>).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>How long after its first use one may be used again (<c>auth_digest_expires</c>).</summary>
    public static readonly TimeSpan Reuse = TimeSpan.FromSeconds(10);

    /// <summary>Counts from here on are too high (<c>auth_digest_replays</c>).</summary>
    public const uint Replays = 20;

    // Clocks of nodes differ a little: what another replica made may be of a moment that is still to come here.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(5);

    // When it is made, something random, and the proof that it was made by one of us.
    private const int Length = 8 + 8 + 16;
    private const int MostRemembered = 20_000;

    private readonly ConcurrentDictionary<UInt128, Uses> _uses = new();

    /// <summary>A new one.</summary>
    public string Make()
    {
        Span<byte> nonce = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(nonce, Now);
        RandomNumberGenerator.Fill(nonce[8..16]);
        Proof(nonce[..16], nonce[16..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>Whether a nonce may be used, and was not with this count before; remembers that it was.</summary>
    public bool Use(string nonce, uint count)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> proof = stackalloc byte[16];
        if (count is 0 or >= Replays || nonce.Length != Base64Url.GetEncodedLength(Length)
            || !Base64Url.TryDecodeFromChars(nonce, bytes, out var length) || length != Length)
            return false;
        Proof(bytes[..16], proof);
        var made = BinaryPrimitives.ReadInt64BigEndian(bytes);
        if (!CryptographicOperations.FixedTimeEquals(proof, bytes[16..]) || IsOver(made))
            return false;
        var id = MemoryMarshal.Read<UInt128>(proof);
        if (!_uses.TryGetValue(id, out var uses))
        {
            // One that was forgotten could be used again: then none is taken until others are over.
            if (_uses.Count >= MostRemembered && !MakeRoom())
                return false;
            uses = _uses.GetOrAdd(id, new Uses(made, Now));
        }
        return Now - uses.First <= Reuse.TotalMilliseconds && uses.Take(count);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsOver(long made)
    {
        var age = Now - made;
        return age < -Ahead.TotalMilliseconds || age > Lifetime.TotalMilliseconds;
    }

    private bool MakeRoom()
    {
        foreach (var (id, uses) in _uses)
        {
            if (IsOver(uses.Made))
                _uses.TryRemove(id, out _);
        }
        return _uses.Count < MostRemembered;
    }

    private void Proof(ReadOnlySpan<byte> text, Span<byte> proof)
    {
        Span<byte> whole = stackalloc byte[32];
        HMACSHA256.HashData(key, text, whole);
        whole[..16].CopyTo(proof);
    }

    /// <summary>The counts that a nonce was used with, a bit for each: requests on their way at once may overtake each other.</summary>
    private sealed class Uses(long made, long first)
    {
        private uint _taken;

        public long Made { get; } = made;

        public long First { get; } = first;

        public bool Take(uint count) => (Interlocked.Or(ref _taken, 1u << (int)count) & (1u << (int)count)) == 0;
    }
}
