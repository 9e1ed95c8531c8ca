using System.Collections.Concurrent;

namespace YarpIngress.Pipeline.Login;

/// <summary>
/// What is known of the passwords of one Secret's content, by keyed digests of name and password. It goes with the content: another
/// one begins anew.
/// </summary>
internal sealed class PasswordMemory
{
    private const int MostWrong = 256;

    // A user has one password that is right, so there are at most as many as users.
    private readonly ConcurrentDictionary<string, UInt128> _right = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<UInt128, bool> _wrong = new();
    private readonly ConcurrentQueue<UInt128> _oldestWrong = new();

    /// <summary>Those that are being compared: who brings one of them waits for the same comparison.</summary>
    public ConcurrentDictionary<UInt128, Task<bool>> UnderWay { get; } = new();

    /// <summary>How many are being compared, or wait for it.</summary>
    public int Waiting => UnderWay.Count;

    /// <summary>Lets one after the other at the processors, so that no Secret takes them all.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>What is known; null when nothing is.</summary>
    public PasswordVerdict? Find(string name, UInt128 digest)
    {
        if (_right.TryGetValue(name, out var right) && right == digest)
            return PasswordVerdict.Right;
        return _wrong.ContainsKey(digest) ? PasswordVerdict.Wrong : null;
    }

    /// <summary>Remembers; of wrong ones as many as a client that goes on with an old password needs.</summary>
    public void Remember(string name, UInt128 digest, bool isRight)
    {
        if (isRight)
        {
            _right[name] = digest;
            return;
        }
        if (!_wrong.TryAdd(digest, true))
            return;
        _oldestWrong.Enqueue(digest);
        if (_oldestWrong.Count > MostWrong && _oldestWrong.TryDequeue(out var oldest))
            _wrong.TryRemove(oldest, out _);
    }
}
