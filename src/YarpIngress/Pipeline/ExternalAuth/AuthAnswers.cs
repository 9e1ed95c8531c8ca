using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.ExternalAuth;

/// <summary>
/// Answers that requests share: as many as fit, of each no longer than it may live. Names of users and tokens are not kept: the key is a
/// keyed hash of them.
/// </summary>
internal sealed class AuthAnswers(TimeProvider time)
{
    /// <summary>When the newest half is so large, the older one is given up.</summary>
    internal const int LargestHalf = 8192;

    private const int LargestAnswer = 16 * 1024;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<UInt128, Kept> _newer = new();
    private volatile ConcurrentDictionary<UInt128, Kept> _older = new();
    private int _added;

    private sealed record Kept(AuthAnswer Answer, DateTimeOffset End);

    /// <summary>How many are kept.</summary>
    public int Count => _newer.Count + _older.Count;

    /// <summary>Under what the answer for a request is kept: no other route, no other question, no other value of the key.</summary>
    public UInt128 KeyOf(GatewayRequest request, ExternalAuthPolicy policy)
    {
        var route = request.Chosen;
        var text = string.Join(
            '\0', route?.Host, route?.Route?.Ingress.ToString(), route?.Route?.Match.ToString(), route?.Route?.Path, policy.Url?.Source,
            policy.Method, string.Join(',', policy.ResponseHeaders), policy.CacheKey?.Resolve(request));
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The answer that is kept; null without one.</summary>
    public AuthAnswer? Find(UInt128 key)
    {
        if (_newer.TryGetValue(key, out var kept))
            return kept.End > time.GetUtcNow() ? kept.Answer : null;
        if (!_older.TryGetValue(key, out kept) || kept.End <= time.GetUtcNow())
            return null;
        Keep(key, kept);
        return kept.Answer;
    }

    /// <summary>Keeps an answer for as long as it may live.</summary>
    public void Add(UInt128 key, AuthAnswer answer)
    {
        if (answer.Lifetime > TimeSpan.Zero && Size(answer) <= LargestAnswer)
            Keep(key, new Kept(answer, time.GetUtcNow() + answer.Lifetime));
    }

    private void Keep(UInt128 key, Kept kept)
    {
        _newer[key] = kept;
        if (Interlocked.Increment(ref _added) < LargestHalf)
            return;
        // Never waited for long: two assignments.
        lock (_turning)
        {
            if (_added < LargestHalf)
                return;
            (_older, _newer) = (_newer, new ConcurrentDictionary<UInt128, Kept>());
            Volatile.Write(ref _added, 0);
        }
    }

    private static int Size(AuthAnswer answer) =>
        answer.Headers.Sum(header => header.Name.Length + header.Value.Length) + answer.Challenge.Sum(value => value?.Length ?? 0);
}
