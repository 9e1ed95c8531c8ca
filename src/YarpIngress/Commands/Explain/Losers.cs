using YarpIngress.Controller.Cache;
using YarpIngress.Kubernetes;
using YarpIngress.Kubernetes.Models;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation;
using YarpIngress.Translation.Ingress;
using YarpIngress.Translation.Model;
using Route = YarpIngress.Translation.Model.Route;

namespace YarpIngress.Commands.Explain;

/// <summary>Finds the rules that could have served a request and says why each does not.</summary>
internal static class Losers
{
    /// <summary>A rule that did not win.</summary>
    /// <param name="Ingress">Its Ingress.</param>
    /// <param name="Text">For people.</param>
    /// <param name="IsMatch">Whether it came close: it matches the path, or its Ingress as a whole is not ours.</param>
    internal readonly record struct Loser(ObjectKey Ingress, ExplainedLoser Text, bool IsMatch);

    /// <summary>Every rule of the hosts in question but the winner, in precedence order.</summary>
    public static IReadOnlyList<Loser> Of(
        ExplainedRequest request, IReadOnlyList<string> hosts, string? servedHost, Route? winner, string? winnersField, ClusterCache cache,
        Func<string, bool> isRegex)
    {
        var losers = new List<Loser>();
        foreach (var host in hosts)
        {
            var regex = isRegex(host);
            foreach (var ingress in cache.Selected.OfHost(host))
                foreach (var path in ingress.Hosts[host].Paths)
                    if (host != servedHost || winner?.Ingress != ingress.Key || winnersField != path.Field)
                        losers.Add(Judge(request, host, servedHost, ingress, Effective(path, regex), winner, winnersField));
        }
        losers.AddRange(OfOthers(hosts, cache));
        return losers;
    }

    private static PathRule Effective(PathRule path, bool isRegex) =>
        isRegex ? path with { Route = path.Route with { Match = PathMatch.Regex, Path = path.Written } } : path;

    private static Loser Judge(
        ExplainedRequest request, string host, string? servedHost, ParsedIngress by, PathRule path, Route? winner, string? winnersField)
    {
        var ingress = by.Key;
        var matches = Matches(path.Match, path.Path, request.Path);
        var reason = (matches, host == servedHost) switch
        {
            (false, true) => Mismatch(path, request.Path),
            (false, false) => $"{Mismatch(path, request.Path)}, and {OtherHost(host, servedHost)}",
            (true, false) => OtherHost(host, servedHost),
            (true, true) when by.IsCanary => Canary(ingress, winner),
            (true, true) => Unmet(request, path) ?? Beaten(ingress, path, winner, winnersField),
        };
        var rule = $"{path.Match} {path.Path}" + (host == request.Host ? "" : $" for {(host.Length == 0 ? "any host" : host)}");
        return new Loser(ingress, new ExplainedLoser(ingress.ToString(), path.Field, rule, reason), matches);
    }

    private static string OtherHost(string host, string? servedHost) =>
        host.Length == 0
            ? $"rules without a host serve only hosts that no rule names, and {servedHost} is named"
            : $"the host {servedHost} is named itself, which comes before the wildcard";

    private static string Mismatch(PathRule path, string requested)
    {
        if (path.Match == PathMatch.Regex)
            return PathPattern.Refusal(path.Path) is { } why
                ? $"the path can't be used as an expression: {why}"
                : "the expression does not match";
        if (Matches(path.Match, path.Path.ToLowerInvariant(), requested.ToLowerInvariant()))
            return "the path differs in upper and lower case";
        if (path.Match == PathMatch.Exact && Matches(PathMatch.StringPrefix, path.Path, requested))
            return "Exact means the whole path, and the request's is longer";
        if (path.Match == PathMatch.Prefix && Matches(PathMatch.StringPrefix, path.Path, requested))
            return "Prefix means whole path elements, and the request's element is longer";
        return "the path does not match";
    }

    private static string? Unmet(ExplainedRequest request, PathRule path) =>
        path.Route.Policies.Conditions is { } conditions && !ConditionalRoutes<Route>.Holds(conditions, request.Facts)
            ? $"the request is not what its annotations ask for: {conditions}"
            : null;

    private static string Beaten(ObjectKey ingress, PathRule path, Route? winner, string? winnersField)
    {
        if (winner is not { } won)
            return "it is not served; see its problems";
        if (won.Match == path.Match && won.Path == path.Path)
            return won.Ingress == ingress
                ? $"{winnersField} of the same Ingress has the same path"
                : $"Ingress {won.Ingress}, which is older, has the same path";
        if (won.Match == PathMatch.Exact)
            return "an Exact path comes before every prefix";
        if (won.Match == PathMatch.Regex)
            return $"of the expressions that match, {won.Path} is longer or later in alphabetical order";
        if (won.Path.Length > path.Path.Length)
            return $"its prefix is shorter than {won.Path}";
        return "of two prefixes of the same text the one by path elements comes first";
    }

    private static string Canary(ObjectKey ingress, Route? winner) => winner?.Canary?.Ingress == ingress
        ? "it is a canary: it takes a part of the requests, see the policies"
        : "it is a canary that takes nothing of this path";

    private static bool Matches(PathMatch match, string path, string requested) =>
        (match is not PathMatch.Regex || PathPattern.Refusal(path) is null)
        && new PathTable<string>([(match, path, path)]).Match(requested) is not null;

    // Ingresses that name the host and are not ours: the usual reason why a new Ingress seems to do nothing.
    private static IEnumerable<Loser> OfOthers(IReadOnlyList<string> hosts, ClusterCache cache) =>
        from ingress in cache.Ingresses.Where(ingress => NamesOne(ingress, hosts)).OrderBy(ObjectKey.Of)
        let outcome = cache.Decide(ingress)
        where !outcome.IsOurs()
        let key = ObjectKey.Of(ingress)
        select new Loser(
            key, new ExplainedLoser(key.ToString(), "", "", "not ours: " + Describe(ingress, outcome, cache)), IsMatch: true);

    private static string Describe(V1Ingress ingress, SelectionOutcome outcome, ClusterCache cache)
    {
        var text = outcome.Describe(ingress, cache.Settings);
        var other = outcome switch
        {
            SelectionOutcome.OtherClass => cache.Classes.Find(ingress.Spec?.IngressClassName ?? ""),
            SelectionOutcome.OtherDefaultClass => cache.Classes.Default,
            _ => null,
        };
        return other?.Spec?.Controller is { } controller ? $"{text} (its controller is {controller})" : text;
    }

    private static bool NamesOne(V1Ingress ingress, IReadOnlyList<string> hosts) =>
        ingress.Spec?.Rules?.Any(rule => rule is not null && hosts.Contains((rule.Host ?? "").ToLowerInvariant())) == true;
}
