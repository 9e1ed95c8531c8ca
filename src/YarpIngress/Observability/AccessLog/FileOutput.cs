using Microsoft.Win32.SafeHandles;

namespace YarpIngress.Observability.AccessLog;

/// <summary>A file that lines are appended to; it may be truncated, or moved away and opened anew, meanwhile.</summary>
internal sealed class FileOutput(string path) : LogOutput
{
    private SafeFileHandle? _file;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> lines)
    {
        _file ??= File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        // Asked each time: logrotate's copytruncate makes the file shorter.
        var end = RandomAccess.GetLength(_file);
        try
        {
            RandomAccess.Write(_file, lines, end);
        }
        catch (IOException)
        {
            // A disk that is full has taken a part: what comes later must not continue half a line.
            RandomAccess.SetLength(_file, end);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Reopen()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <inheritdoc/>
    public override void Dispose() => _file?.Dispose();
}
