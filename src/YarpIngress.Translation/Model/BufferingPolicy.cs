namespace YarpIngress.Translation.Model;

/// <summary>Which bodies are taken in whole before they are passed on, and in how much memory.</summary>
public sealed record BufferingPolicy
{
    /// <summary>Of those that say nothing: bodies pass as they come.</summary>
    public static BufferingPolicy Default { get; } = new();

    /// <summary><c>proxy-request-buffering</c>: whether a request's body is read whole before an endpoint is connected to.</summary>
    public bool Requests { get; init; }

    /// <summary><c>client-body-buffer-size</c>: how many bytes of it stay in memory; the rest goes to a file.</summary>
    public int RequestMemory { get; init; } = 8 * 1024;

    /// <summary>
    /// <c>proxy-buffering</c>: whether an answer is taken from the endpoint as fast as it comes, however slowly the client reads.
    /// </summary>
    public bool Responses { get; init; }

    /// <summary><c>proxy-buffer-size</c>: bytes of one of the buffers for that.</summary>
    public int BufferSize { get; init; } = 4 * 1024;

    /// <summary><c>proxy-buffers-number</c>: how many of these buffers there are.</summary>
    public int Buffers { get; init; } = 4;

    /// <summary><c>proxy-max-temp-file-size</c>: how many bytes go to a file when the buffers are full; 0 for none.</summary>
    public long MaximumFileSize { get; init; } = 1024L * 1024 * 1024;

    /// <summary>How many bytes of an answer stay in memory.</summary>
    public long ResponseMemory => (long)BufferSize * Buffers;

    /// <summary>Whether anything is done at all.</summary>
    public bool IsUsed => Requests || Responses;
}
