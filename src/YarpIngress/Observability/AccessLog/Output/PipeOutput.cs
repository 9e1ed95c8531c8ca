namespace YarpIngress.Observability.AccessLog.Output;

/// <summary>Standard output, which a container runtime reads through a pipe and which others write to as well.</summary>
internal sealed class PipeOutput(Stream stream) : LogOutput
{
    // PIPE_BUF: what a pipe takes as a whole. More could be torn apart by a line of another log.
    private const int Whole = 4096;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> lines)
    {
        while (lines.Length > Whole)
        {
            var end = lines[..Whole].LastIndexOf((byte)'\n');
            if (end < 0)
                end = lines.IndexOf((byte)'\n');
            stream.Write(lines[..(end + 1)]);
            lines = lines[(end + 1)..];
        }
        if (lines.Length > 0)
            stream.Write(lines);
    }
}
