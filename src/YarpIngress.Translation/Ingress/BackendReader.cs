using System.Globalization;
using System.Runtime.InteropServices;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>Reads the backends of one Ingress and counts who refers to what.</summary>
internal sealed class BackendReader(string namespaceName, ProblemList problems, BackendPolicy? policy)
{
    private readonly Dictionary<BackendKey, BackendUse> _uses = [];

    /// <summary>The backend, or <see cref="BackendKey.None"/> with a problem: the path then answers 503 and hides nothing else.</summary>
    public BackendKey Read(V1IngressBackend? backend, string field)
    {
        var key = Key(backend, field);
        Use(key, field);
        return key;
    }

    /// <summary>Another backend that a field refers to.</summary>
    public void Use(BackendKey key, string field)
    {
        ref var use = ref CollectionsMarshal.GetValueRefOrAddDefault(_uses, key, out var exists);
        use = exists ? use with { Count = use.Count + 1 } : new BackendUse(key, field, 1);
    }

    public IReadOnlyList<BackendUse> Uses() => [.. _uses.Values];

    private BackendKey Key(V1IngressBackend? backend, string field)
    {
        var none = BackendKey.None(namespaceName);
        if (backend?.Resource is { } resource)
        {
            problems.Error(
                ProblemReasons.UnsupportedBackend,
                $"{field}.resource",
                $"backend {Quoted.Value($"{resource.Kind} {resource.Name}")} is no Service; only Services are served, requests answer 503");
            return none;
        }

        if (backend?.Service is not { } service)
        {
            problems.Error(ProblemReasons.InvalidBackend, field, "the backend names no Service; requests answer 503");
            return none;
        }

        if (string.IsNullOrEmpty(service.Name) || !HostName.IsDnsLabel(service.Name))
        {
            problems.Error(
                ProblemReasons.InvalidBackend, $"{field}.service.name",
                $"{Quoted.Value(service.Name)} is no name of a Service; requests answer 503");
            return none;
        }

        return Port(service.Port, $"{field}.service.port") is { } port ? new BackendKey(namespaceName, service.Name, port, policy) : none;
    }

    private string? Port(V1ServiceBackendPort? port, string field)
    {
        var named = !string.IsNullOrEmpty(port?.Name);
        var numbered = port?.Number is not null and not 0;
        if (named && numbered)
            problems.Warning(ProblemReasons.InvalidBackend, field, "the port has a name and a number; the number is used");
        if (numbered)
        {
            var number = port!.Number!.Value;
            if (number is > 0 and <= 65535)
                return number.ToString(CultureInfo.InvariantCulture);
            problems.Error(
                ProblemReasons.InvalidBackend, $"{field}.number", $"port {number} is not between 1 and 65535; requests answer 503");
            return null;
        }

        if (!named)
        {
            problems.Error(ProblemReasons.InvalidBackend, field, "the backend names no port of its Service; requests answer 503");
            return null;
        }

        if (HostName.IsDnsLabel(port!.Name))
            return port.Name;
        problems.Error(
            ProblemReasons.InvalidBackend, $"{field}.name", $"{Quoted.Value(port.Name)} is no name of a port; requests answer 503");
        return null;
    }
}
