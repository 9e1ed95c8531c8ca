using System.Net;

namespace YarpIngress.Layer4.Streams;

/// <summary>
/// The sessions of a socket by their clients, and in the order of their last datagrams: those that were silent for longest come
/// first. Whoever owns it locks it.
/// </summary>
internal sealed class UdpSessionTable(TimeProvider time)
{
    private readonly Dictionary<SocketAddress, UdpSession> _byClient = [];
    private readonly LinkedList<UdpSession> _bySilence = new();

    public int Count => _byClient.Count;

    /// <summary>The one that was silent for longest; null when there is none.</summary>
    public UdpSession? MostSilent => _bySilence.First?.Value;

    /// <summary>All of them, those that were silent for longest first.</summary>
    public IEnumerable<UdpSession> BySilence => _bySilence;

    /// <summary>The session of a client; null when there is none.</summary>
    public UdpSession? Of(SocketAddress client) => _byClient.GetValueOrDefault(client);

    public void Add(UdpSession session)
    {
        session.LastMove = time.GetTimestamp();
        _byClient.Add(session.Client, session);
        _bySilence.AddLast(session.Node);
    }

    /// <summary>A datagram went through it.</summary>
    public void Touch(UdpSession session)
    {
        session.LastMove = time.GetTimestamp();
        if (session.Node.List is null)
            return;
        _bySilence.Remove(session.Node);
        _bySilence.AddLast(session.Node);
    }

    /// <summary>False when it was gone already.</summary>
    public bool Remove(UdpSession session)
    {
        if (session.Node.List is null)
            return false;
        _bySilence.Remove(session.Node);
        _byClient.Remove(session.Client);
        return true;
    }
}
