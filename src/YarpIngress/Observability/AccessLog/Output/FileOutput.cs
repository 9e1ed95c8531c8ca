namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>
/// A file that lines are appended to; it may be truncated, or moved away and opened anew, meanwhile. Also a named pipe or
/// a device.
/// </summary>
internal sealed class FileOutput(string path) : LogOutput
{
    private FileStream? _file;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> lines)
    {
        // Unbuffered: what was written is in the file.
        _file ??= new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!_file.CanSeek)
        {
            _file.Write(lines);
            return;
        }
        // Asked each time: logrotate's copytruncate makes the file shorter.
        var end = RandomAccess.GetLength(_file.SafeFileHandle);
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, lines, end);
        }
        catch (IOException)
        {
            // A disk that is full has taken a part: what comes later must not continue half a line.
            RandomAccess.SetLength(_file.SafeFileHandle, end);
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
