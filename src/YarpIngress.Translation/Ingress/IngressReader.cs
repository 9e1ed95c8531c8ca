using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Translation.Ingress.Annotations;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress;

/// <summary>One pass over one Ingress.</summary>
internal sealed class IngressReader(ObjectKey key, ProblemList problems, V1IngressSpec spec, RoutePolicies all)
{
    // Routes carry what concerns routes.
    private readonly RoutePolicies _policies = all.Host is null ? all : all with { Host = null };
    private readonly Dictionary<string, List<PathRule>> _rules = [];
    private readonly BackendReader _backends = new(key.Namespace, problems, all.Backend);

    public ParsedIngress Read(DateTime? created, AnnotationSource source)
    {
        var hasDefault = spec.DefaultBackend is not null;
        BackendKey? defaultBackend = hasDefault ? _backends.Read(spec.DefaultBackend, "spec.defaultBackend") : null;
        if (_policies.Errors?.Backend is { } errors)
            _backends.Use(errors, source.Field(ErrorAnnotations.DefaultBackend));
        var rules = spec.Rules ?? [];
        for (var i = 0; i < rules.Count; i++)
            ReadRule(rules[i], i, hasDefault);
        if (rules.Count == 0 && !hasDefault)
            problems.Warning(ProblemReasons.InvalidObject, "spec", "the Ingress has neither rules nor a defaultBackend; it serves nothing");
        var tls = TlsSection.Read(key.Namespace, spec.Tls, problems);

        var hosts = new Dictionary<string, HostRules>(_rules.Count);
        foreach (var (host, paths) in _rules)
            hosts[host] = new HostRules { HasRule = true, Paths = paths.ToEquatableArray(), Tls = tls.ListingFor(host) };
        foreach (var host in tls.Hosts)
            hosts.TryAdd(host, new HostRules { Tls = tls.ListingFor(host) });
        var derived = DerivedHosts.Of(all.Host, _rules.Keys);
        foreach (var (host, what) in derived)
            hosts[host] = (hosts.GetValueOrDefault(host) ?? new HostRules { Tls = tls.ListingFor(host) }) with { Derived = what };

        return new ParsedIngress
        {
            Key = key,
            Created = created,
            HasRules = rules.Count > 0,
            Hosts = hosts,
            DefaultBackend = defaultBackend,
            Backends = _backends.Uses(),
            Secrets = tls.Secrets,
            Objects = source.Objects,
            Policies = _policies,
            HostPolicy = all.Host,
            ClearOnly = PassthroughAnnotations.WithoutEffect(source),
            DerivedHosts = [.. derived.Keys],
            Problems = problems.Finish().ToEquatableArray(),
        };
    }

    private void ReadRule(V1IngressRule? rule, int index, bool hasDefault)
    {
        var field = $"spec.rules[{index}]";
        if (rule is null)
        {
            problems.Warning(ProblemReasons.InvalidObject, field, "the rule is empty; it serves nothing");
            return;
        }

        var host = "";
        if (!string.IsNullOrEmpty(rule.Host))
        {
            if (HostName.Normalize(rule.Host, out var why) is not { } normalized)
            {
                problems.Error(
                    ProblemReasons.InvalidHost, $"{field}.host",
                    $"host {Quoted.Value(rule.Host)} can't be served: {why}; the rule is ignored");
                return;
            }

            host = normalized;
        }

        if (!_rules.TryGetValue(host, out var list))
            _rules[host] = list = [];
        if (rule.Http?.Paths is not { Count: > 0 } paths)
        {
            if (rule.Http is not null || !hasDefault)
            {
                problems.Warning(
                    ProblemReasons.InvalidPath,
                    field,
                    hasDefault
                        ? "the rule lists no path; all of its host goes to the defaultBackend"
                        : "the rule lists no path and the Ingress has no defaultBackend; the host answers from the default backend or 404");
            }

            return;
        }

        for (var i = 0; i < paths.Count; i++)
        {
            if (ReadPath(paths[i], index, i) is { } path)
                list.Add(path);
        }
    }

    private PathRule? ReadPath(V1HTTPIngressPath? path, int rule, int index)
    {
        if (path is null)
        {
            problems.Error(ProblemReasons.InvalidPath, $"spec.rules[{rule}].http.paths[{index}]", "the path is empty; it is not served");
            return null;
        }

        if (MatchOf(path.PathType) is not { } match)
        {
            problems.Error(
                ProblemReasons.InvalidPathType,
                $"spec.rules[{rule}].http.paths[{index}].pathType",
                $"pathType {Quoted.Value(path.PathType)} is none of Exact, Prefix, ImplementationSpecific; "
                + $"path {Quoted.Value(path.Path)} is not served");
            return null;
        }

        var text = path.Path ?? "";
        if (text.Length == 0 && match == PathMatch.StringPrefix)
            text = "/";
        if (text.Length == 0 || text[0] != '/')
        {
            problems.Error(
                ProblemReasons.InvalidPath,
                $"spec.rules[{rule}].http.paths[{index}].path",
                $"path {Quoted.Value(path.Path)} does not begin with a slash; it is not served");
            return null;
        }

        if (match == PathMatch.Prefix && text.Length > 1 && text[^1] == '/')
            text = text[..^1];
        var route = new Route
        {
            Match = match,
            Path = text,
            Ingress = key,
            Backend = _backends.Read(path.Backend, $"spec.rules[{rule}].http.paths[{index}].backend"),
            Policies = _policies,
        };
        return new PathRule(route, rule, index) { Written = path.Path is { Length: > 0 } written ? written : text };
    }

    private static PathMatch? MatchOf(string? pathType) => pathType switch
    {
        "Exact" => PathMatch.Exact,
        "Prefix" => PathMatch.Prefix,
        "ImplementationSpecific" => PathMatch.StringPrefix,
        _ => null,
    };
}
