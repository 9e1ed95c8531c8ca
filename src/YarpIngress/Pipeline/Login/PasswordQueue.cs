using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using YarpIngress.Pipeline.Login.Hashes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Login;

/// <summary>
/// Compares passwords. What is cheap, or known already, is decided at once; what is made to be costly is done elsewhere than on the
/// threads that serve requests, by at most half of the processors, and once for everybody who brings the same.
/// </summary>
internal sealed class PasswordQueue
{
    private const int MostOfOneSecret = 512;
    private const int MostOfAll = 4096;

    private readonly ConditionalWeakTable<LoginUsers, PasswordMemory> _memories = [];
    private readonly SemaphoreSlim _processors = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private int _waiting;

    /// <summary>Says whether the credentials are those of a user.</summary>
    public ValueTask<PasswordVerdict> CompareAsync(LoginUsers users, BasicCredentials credentials, CancellationToken ct)
    {
        var known = users.Find(credentials.Name);
        // Of a name that nobody has, a password is compared too: the time does not tell which names there are.
        if ((known ?? users.Decoy) is not { } hash)
            return new(PasswordVerdict.Wrong);
        if (!hash.IsCostly)
            return new(
                Passwords.IsRight(hash, credentials.Password.Span) && known is not null ? PasswordVerdict.Right : PasswordVerdict.Wrong);
        var memory = _memories.GetOrCreateValue(users);
        var digest = Digest(credentials);
        return memory.Find(credentials.Name, digest) is { } verdict
            ? new(verdict)
            : CompareAsync(memory, credentials, digest, hash, known is not null, ct);
    }

    private async ValueTask<PasswordVerdict> CompareAsync(
        PasswordMemory memory, BasicCredentials credentials, UInt128 digest, PasswordHash hash, bool exists, CancellationToken ct)
    {
        if (!memory.UnderWay.TryGetValue(digest, out var comparing))
        {
            if (memory.Waiting >= MostOfOneSecret || Volatile.Read(ref _waiting) >= MostOfAll)
                return PasswordVerdict.Busy;
            var begun = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            comparing = memory.UnderWay.GetOrAdd(digest, begun.Task);
            if (ReferenceEquals(comparing, begun.Task))
                _ = RunAsync(memory, credentials, digest, hash, exists, begun);
        }
        return await comparing.WaitAsync(ct) ? PasswordVerdict.Right : PasswordVerdict.Wrong;
    }

    /// <summary>Compares, whether those who asked still wait or not: they will ask again.</summary>
    private async Task RunAsync(
        PasswordMemory memory, BasicCredentials credentials, UInt128 digest, PasswordHash hash, bool exists,
        TaskCompletionSource<bool> begun)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await memory.Turn.WaitAsync(CancellationToken.None);
            try
            {
                await _processors.WaitAsync(CancellationToken.None);
                try
                {
                    var isRight = await Task.Run(() => Passwords.IsRight(hash, credentials.Password.Span), CancellationToken.None)
                        && exists;
                    memory.Remember(credentials.Name, digest, isRight);
                    begun.SetResult(isRight);
                }
                finally
                {
                    _processors.Release();
                }
            }
            finally
            {
                memory.Turn.Release();
            }
        }
        catch (Exception error)
        {
            begun.SetException(error);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            memory.UnderWay.TryRemove(digest, out _);
        }
    }

    /// <summary>What a name and a password are remembered by; without the key it says nothing of them.</summary>
    private UInt128 Digest(BasicCredentials credentials)
    {
        Span<byte> whole = stackalloc byte[32];
        var name = credentials.Name;
        var text = new byte[4 + name.Length + credentials.Password.Length];
        BitConverter.TryWriteBytes(text, name.Length);
        Encoding.Latin1.GetBytes(name, text.AsSpan(4));
        credentials.Password.Span.CopyTo(text.AsSpan(4 + name.Length));
        HMACSHA256.HashData(_key, text, whole);
        return MemoryMarshal.Read<UInt128>(whole);
    }
}
