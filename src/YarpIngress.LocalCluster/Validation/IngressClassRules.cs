using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YarpIngress.LocalCluster.Schema;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>Rules of networking.k8s.io/v1 IngressClass.</summary>
internal static partial class IngressClassRules
{
    private const int MaxControllerLength = 250;

    public static void Create(FieldErrors errors, JsonObject value)
    {
        MetadataRules.Check(errors, value, namespaced: false, Names.Subdomain);
        var spec = value.Object("spec");
        Controller(errors, spec.String("controller") ?? "");
        if (spec.Object("parameters") is { } parameters)
        {
            IngressRules.Resource(errors, "spec.parameters", parameters);
            Scope(errors, parameters);
        }
    }

    public static void Update(FieldErrors errors, JsonObject updated, JsonObject old)
    {
        MetadataRules.CheckUpdate(errors, updated, old);
        MetadataRules.Immutable(errors, "spec.controller", updated.Object("spec")?["controller"], old.Object("spec")?["controller"]);
        Create(errors, updated);
    }

    private static void Controller(FieldErrors errors, string controller)
    {
        const string Path = "spec.controller";
        if (controller.Length == 0)
        {
            errors.Required(Path);
            return;
        }

        if (controller.Length > MaxControllerLength)
        {
            errors.TooLong(Path, MaxControllerLength);
        }

        var slash = controller.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == controller.Length - 1)
        {
            errors.Invalid(Path, controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
            return;
        }

        var (host, rest) = (controller[..slash], controller[(slash + 1)..]);
        errors.Invalid(Path, host, Names.Subdomain(host));
        if (!HttpPath().IsMatch(rest))
        {
            errors.Invalid(
                Path,
                rest,
                "Invalid path (e.g. 'my/path', regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
        }
    }

    private static void Scope(FieldErrors errors, JsonObject parameters)
    {
        const string Path = "spec.parameters.namespace";
        var space = parameters.String("namespace");
        switch (parameters.String("scope"))
        {
            case "Cluster":
                if (space is not null)
                {
                    errors.Forbidden(Path, "`parameters.scope` is set to 'Cluster'");
                }

                break;
            case "Namespace":
                if (space is null)
                {
                    errors.Required(Path, "`parameters.scope` is set to 'Namespace'");
                }
                else
                {
                    errors.Invalid(Path, space, Names.Label(space));
                }

                break;
            case var other:
                errors.NotSupported("spec.parameters.scope", other, "Cluster", "Namespace");
                break;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HttpPath();
}
