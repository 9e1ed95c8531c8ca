using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace YarpIngress.Pipeline.Login;

/// <summary>
/// The numbers that digests are made with: each says by itself when it was made and that it was made here. Only the uses of those
/// that somebody logged in with are remembered, so that nobody else can fill the memory.
/// </summary>
internal sealed class DigestNonces(TimeProvider time)
{
    /// <summary>How long one may be used, as the nginx module that ingress-nginx has it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // When it is made, something random, and the proof that it was made here.
    private const int Length = 8 + 8 + 16;
    private const int MostRemembered = 20_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
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
        if (nonce.Length != Base64Url.GetEncodedLength(Length) || !Base64Url.TryDecodeFromChars(nonce, bytes, out var length)
            || length != Length)
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
            uses = _uses.GetOrAdd(id, new Uses(made));
        }
        return uses.Take(count);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsOver(long made)
    {
        var age = Now - made;
        return age < 0 || age > Lifetime.TotalMilliseconds;
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
        HMACSHA256.HashData(_key, text, whole);
        whole[..16].CopyTo(proof);
    }

    /// <summary>The counts that a nonce was used with: requests on their way at once may overtake each other.</summary>
    private sealed class Uses(long made)
    {
        private const int Window = 128;
        private readonly Lock _lock = new();
        private uint _highest;
        private UInt128 _below;

        public long Made { get; } = made;

        public bool Take(uint count)
        {
            lock (_lock)
            {
                if (count == 0)
                    return false;
                if (count > _highest)
                {
                    var step = count - _highest;
                    _below = step >= Window ? 0 : _below << (int)step;
                    _below |= 1;
                    _highest = count;
                    return true;
                }
                var behind = _highest - count;
                if (behind >= Window || (_below & (UInt128.One << (int)behind)) != 0)
                    return false;
                _below |= UInt128.One << (int)behind;
                return true;
            }
        }
    }
}
