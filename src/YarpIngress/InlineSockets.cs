namespace YarpIngress;

/// <summary>
/// Has the runtime run what waits for a socket on the thread that polls it, where it would hand each event to the thread
/// pool: without the hop a request costs about half. So whatever runs there must never block, and nothing that takes
/// long may begin there: the connection to the API server moves to the pool by itself, see <c>ThreadPoolStream</c>, and
/// the admin port's Kestrel schedules on the pool.
/// </summary>
internal static class InlineSockets
{
    // The runtime has no other switch for it, and reads it once, when the process makes its first socket.
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Before the first socket; an operator who set the variable has decided otherwise.</summary>
    public static void Enable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
    }
}
