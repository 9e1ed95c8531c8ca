using System.Net;

namespace YarpIngress.Options;

/// <summary>Rules between options and those that a single value's text does not show. Checked once, before anything starts.</summary>
internal static class OptionsValidation
{
    /// <summary>Throws <see cref="UsageException"/> with the first rule that is broken.</summary>
    public static void Check(ControllerOptions options)
    {
        if (options is { WatchNamespace: not null, WatchNamespaceSelector: not null })
            throw new UsageException("--watch-namespace and --watch-namespace-selector exclude each other; give one of them");
        if (options.PublishService is not null && options.PublishStatusAddresses.Count > 0)
            throw new UsageException("--publish-service and --publish-status-address exclude each other; give one of them");
        if (options.WatchNamespaceSelector is { } selector && !LabelSelectorSyntax.IsValid(selector))
            throw new UsageException(
                $"--watch-namespace-selector={selector}: must be a label selector such as team=web,tier in (a,b),!internal");
        if (options.IngressClass.Length == 0)
            throw new UsageException("--ingress-class must not be empty");
        if (options.ControllerClass.Length == 0)
            throw new UsageException("--controller-class must not be empty");
        if (options.ElectionId.Length == 0)
            throw new UsageException("--election-id must not be empty");
        if (options.AnnotationsPrefix.Length == 0)
            throw new UsageException("--annotations-prefix must not be empty");
        if (options.ElectionTtl < TimeSpan.FromSeconds(1))
            throw new UsageException($"--election-ttl={GoDuration.Format(options.ElectionTtl)}: must be at least 1s");
        if (options.ApiServerHost is { } host
            && !(Uri.TryCreate(host, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            throw new UsageException($"--apiserver-host={host}: must be a URL such as https://10.0.0.1:6443");
        if (options.ValidatingWebhook is not null
            && (options.ValidatingWebhookCertificate is null || options.ValidatingWebhookKey is null))
            throw new UsageException(
                "--validating-webhook needs --validating-webhook-certificate and --validating-webhook-key");
        foreach (var address in options.PublishStatusAddresses)
            if (!IPAddress.TryParse(address, out _) && Uri.CheckHostName(address) != UriHostNameType.Dns)
                throw new UsageException($"--publish-status-address: \"{address}\" is neither an IP address nor a host name");
        CheckPorts(options);
    }

    private static void CheckPorts(ControllerOptions options)
    {
        (string Name, int Port)[] ports =
        [
            ("--http-port", options.HttpPort), ("--https-port", options.HttpsPort), ("--healthz-port", options.HealthzPort),
        ];
        var taken = ports.Where(port => port.Port != 0).GroupBy(port => port.Port).FirstOrDefault(group => group.Count() > 1);
        if (taken is not null)
            throw new UsageException(
                $"{string.Join(" and ", taken.Select(port => port.Name))} are both {taken.Key}; each needs its own port");
    }
}
