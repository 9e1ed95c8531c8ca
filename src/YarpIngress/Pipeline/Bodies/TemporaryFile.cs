using Microsoft.Win32.SafeHandles;

namespace YarpIngress.Pipeline.Bodies;

/// <summary>A file for what does not fit into memory. It is gone when it is closed, or the process ends.</summary>
internal static class TemporaryFile
{
    /// <summary>Makes one in the system's directory for them, readable by nobody else.</summary>
    /// <exception cref="IOException">There is no room, or the directory can't be written to.</exception>
    public static SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(
                Path.Combine(Path.GetTempPath(), $"yarp-ingress-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite,
                FileShare.None,
                FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
