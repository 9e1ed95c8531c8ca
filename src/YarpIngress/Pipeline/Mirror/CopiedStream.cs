using YarpIngress.Pipeline.Bodies;

namespace YarpIngress.Pipeline.Mirror;

/// <summary>The body of a request, each piece of which a mirror gets too when it is read.</summary>
internal sealed class CopiedStream(Stream body, MirrorBody copy) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (read > 0)
            copy.Write(buffer.Span[..read]);
        else if (buffer.Length > 0)
            copy.End(isWhole: true);
        return read;
    }
}
