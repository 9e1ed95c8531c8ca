using YarpIngress.Kubernetes;
using YarpIngress.Translation.Model;

namespace YarpIngress.Controller;

/// <summary>Remembers when certificates become valid or expire.</summary>
internal sealed class CertificateClock
{
    private readonly PriorityQueue<ObjectKey, DateTime> _queue = new();

    /// <summary>The next moment that matters.</summary>
    public DateTime? Next => _queue.TryPeek(out _, out var at) ? at : null;

    /// <summary>Watches both ends of a certificate that still lie ahead. A moment of a replaced one does no harm: its users are checked once more.</summary>
    public void Watch(Certificate certificate, DateTime now)
    {
        if (certificate.NotBefore > now)
            _queue.Enqueue(certificate.Secret, certificate.NotBefore);
        if (certificate.NotAfter > now)
            _queue.Enqueue(certificate.Secret, certificate.NotAfter);
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
}
