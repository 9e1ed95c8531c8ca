using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller.Updates;

/// <summary>Remembers when certificates become valid or expire.</summary>
internal sealed class CertificateClock
{
    private const int FewMoments = 1000;

    private readonly Dictionary<ObjectKey, (DateTime NotBefore, DateTime NotAfter)> _watched = [];
    private readonly PriorityQueue<ObjectKey, DateTime> _queue = new();

    /// <summary>The next moment that matters.</summary>
    public DateTime? Next => _queue.TryPeek(out _, out var at) ? at : null;

    /// <summary>How many moments are remembered, those of replaced certificates included.</summary>
    public int Count => _queue.Count;

    /// <summary>
    /// Watches both ends of a certificate that still lie ahead. A moment of a replaced one does no harm: its users are
    /// checked once more.
    /// </summary>
    public void Watch(Certificate certificate, DateTime now)
    {
        _watched[certificate.Secret] = (certificate.NotBefore, certificate.NotAfter);
        Enqueue(certificate.Secret, certificate.NotBefore, certificate.NotAfter, now);
        TidyUp(now);
    }

    /// <summary>A certificate is gone.</summary>
    public void Forget(ObjectKey secret, DateTime now)
    {
        _watched.Remove(secret);
        TidyUp(now);
    }

    /// <summary>The Secrets whose moment has come.</summary>
    public IEnumerable<ObjectKey> Due(DateTime now)
    {
        while (_queue.TryPeek(out var secret, out var at) && at <= now)
        {
            _queue.Dequeue();
            yield return secret;
        }
    }

    // A queue has no way to take out what is replaced, and a certificate that is rotated without end would fill it.
    private void TidyUp(DateTime now)
    {
        if (_queue.Count <= FewMoments + (4 * _watched.Count))
            return;
        _queue.Clear();
        foreach (var (secret, (notBefore, notAfter)) in _watched)
            Enqueue(secret, notBefore, notAfter, now);
    }

    private void Enqueue(ObjectKey secret, DateTime notBefore, DateTime notAfter, DateTime now)
    {
        if (notBefore > now)
            _queue.Enqueue(secret, notBefore);
        if (notAfter > now)
            _queue.Enqueue(secret, notAfter);
    }
}
