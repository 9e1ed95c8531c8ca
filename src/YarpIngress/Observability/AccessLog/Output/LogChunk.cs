namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>Whole lines on their way to the writer.</summary>
internal sealed class LogChunk(int size)
{
    /// <summary>Of a usual one; below what goes to the large object heap.</summary>
    public const int UsualSize = 64 * 1024;

    private readonly byte[] _bytes = new byte[size];
    private int _length;

    /// <summary>How many lines it holds.</summary>
    public int Lines { get; private set; }

    /// <summary>How many bytes it could hold.</summary>
    public int Size => _bytes.Length;

    /// <summary>The lines.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Adds a line; false when there is no room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        if (_bytes.Length - _length < line.Length)
            return false;
        line.CopyTo(_bytes.AsSpan(_length));
        _length += line.Length;
        Lines++;
        return true;
    }

    /// <summary>Empties it.</summary>
    public void Clear() => (_length, Lines) = (0, 0);
}
