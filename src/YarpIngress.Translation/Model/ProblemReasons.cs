namespace YarpIngress.Translation.Model;

/// <summary>Every reason that a <see cref="Problem"/> may have: the documented list behind Events and metrics.</summary>
public static class ProblemReasons
{
    /// <summary>The object could not be decoded, or breaks a rule that the API server normally enforces.</summary>
    public const string InvalidObject = "InvalidObject";

    /// <summary>A host is no DNS name and no one-label wildcard.</summary>
    public const string InvalidHost = "InvalidHost";

    /// <summary>A path is missing, relative or otherwise unusable.</summary>
    public const string InvalidPath = "InvalidPath";

    /// <summary>The value of an annotation is not allowed.</summary>
    public const string InvalidAnnotation = "InvalidAnnotation";

    /// <summary>An annotation of ingress-nginx is not acted on, by design.</summary>
    public const string UnsupportedAnnotation = "UnsupportedAnnotation";

    /// <summary>An annotation that the global settings do not allow: too much risk, or a word that no value may have.</summary>
    public const string RestrictedAnnotation = "RestrictedAnnotation";

    /// <summary>An annotation under one of our prefixes is not known.</summary>
    public const string UnknownAnnotation = "UnknownAnnotation";

    /// <summary>Two annotations set the same thing, and one of them wins.</summary>
    public const string DuplicateAnnotation = "DuplicateAnnotation";

    /// <summary>The value of a key of the global ConfigMap is not allowed.</summary>
    public const string InvalidSetting = "InvalidSetting";

    /// <summary>A key of the global ConfigMap is not known.</summary>
    public const string UnknownSetting = "UnknownSetting";

    /// <summary>A key of ingress-nginx's ConfigMap is not acted on, by design.</summary>
    public const string UnsupportedSetting = "UnsupportedSetting";

    /// <summary>An entry of the ConfigMap of TCP or UDP ports is not allowed.</summary>
    public const string InvalidStreamPort = "InvalidStreamPort";

    /// <summary>A TCP or UDP port can't be listened on.</summary>
    public const string PortUnavailable = "PortUnavailable";

    /// <summary>The ConfigMap that a flag names does not exist.</summary>
    public const string ConfigMapNotFound = "ConfigMapNotFound";

    /// <summary>A path type is none of Exact, Prefix, ImplementationSpecific.</summary>
    public const string InvalidPathType = "InvalidPathType";

    /// <summary>Another, older Ingress has the same host and path.</summary>
    public const string DuplicatePath = "DuplicatePath";

    /// <summary>A canary Ingress takes no part of any requests.</summary>
    public const string UnusedCanary = "UnusedCanary";

    /// <summary>A backend names no Service.</summary>
    public const string InvalidBackend = "InvalidBackend";

    /// <summary>A backend names another resource than a Service.</summary>
    public const string UnsupportedBackend = "UnsupportedBackend";

    /// <summary>A Service does not exist.</summary>
    public const string ServiceNotFound = "ServiceNotFound";

    /// <summary>A Service has no such port.</summary>
    public const string ServicePortNotFound = "ServicePortNotFound";

    /// <summary>A Service has no endpoint that takes traffic.</summary>
    public const string NoEndpoints = "NoEndpoints";

    /// <summary>An ExternalName Service is refused or unusable.</summary>
    public const string ExternalNameRefused = "ExternalNameRefused";

    /// <summary>An endpoint address can't be used.</summary>
    public const string InvalidEndpoint = "InvalidEndpoint";

    /// <summary>A port's <c>appProtocol</c> is not spoken here.</summary>
    public const string UnsupportedProtocol = "UnsupportedProtocol";

    /// <summary>A TLS Secret does not exist.</summary>
    public const string SecretNotFound = "SecretNotFound";

    /// <summary>A Secret that an annotation names does not hold what it is named for.</summary>
    public const string InvalidSecret = "InvalidSecret";

    /// <summary>A TLS Secret holds no usable certificate and key.</summary>
    public const string InvalidCertificate = "InvalidCertificate";

    /// <summary>A certificate does not cover the host, is expired or not yet valid.</summary>
    public const string CertificateMismatch = "CertificateMismatch";

    /// <summary>Another, older Ingress names another certificate for the same host.</summary>
    public const string DuplicateCertificate = "DuplicateCertificate";

    /// <summary>A <c>defaultBackend</c> is refused by <c>--disable-catch-all</c>.</summary>
    public const string CatchAllDisabled = "CatchAllDisabled";

    /// <summary>A fault of the controller itself kept a part of the object from being translated.</summary>
    public const string InternalError = "InternalError";

    /// <summary>YARP's own validation refused the route or the cluster.</summary>
    public const string ProxyConfigRefused = "ProxyConfigRefused";
}
