using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation.Model;

namespace YarpIngress.Tests.Proxy;

/// <summary>The routing table against a matcher that is nothing but the rules, over random updates.</summary>
public sealed class RoutingTableProperties
{
    private static readonly Gen<string> Hosts = Gen.Elements(
        "", "*.x.io", "*.a.x.io", "x.io", "a.x.io", "b.x.io", "b.a.x.io", "*.io", "io", "localhost");

    private static readonly Gen<string> RequestHosts = Gen.Elements(
        "x.io", "a.x.io", "A.X.io", "b.x.io", "b.a.x.io", "c.b.a.x.io", "z.io", "io", "localhost", "LOCALHOST", "other", "");

    // Few characters, so that paths collide, share beginnings and end inside each other's elements.
    private static readonly Gen<string> Paths =
        from characters in Gen.ListOf(Gen.Elements('/', '/', 'a', 'b', 'é'))
        select '/' + string.Concat(characters);

    private static readonly Gen<Entry> Entries =
        from match in Gen.Elements(PathMatch.Exact, PathMatch.Prefix, PathMatch.StringPrefix)
        from path in Paths
        select new Entry(match, path);

    private static readonly Gen<Entry> Expressions =
        from start in Paths
        from rest in Gen.Elements("", "(/|$)(.*)", ".*b", "[ab]+", "a?", "(?<x>b)$", "a|/b", "{1,2}", "(?!b)", "\\.", "A")
        select new Entry(PathMatch.Regex, start + rest);

    // As the hosts are: with expressions all paths are such, but for the one of app-root.
    private static readonly Gen<IReadOnlyList<Entry>> Tables = Gen.OneOf(
        Gen.ListOf(Entries).Select(entries => (IReadOnlyList<Entry>)[.. entries]),
        Gen.ListOf(Expressions).Select(entries => (IReadOnlyList<Entry>)[.. entries]),
        Gen.ListOf(Expressions).Select(entries => (IReadOnlyList<Entry>)[.. entries, new Entry(PathMatch.Exact, "/")]));

    private static readonly Gen<Update> Updates =
        from host in Hosts
        from entries in Tables
        from hasDefault in Gen.Elements(true, false)
        from removes in Gen.Elements(false, false, false, true)
        select new Update(host, removes ? null : [.. entries], hasDefault);

    private static readonly Gen<Scenario> Scenarios =
        from updates in Gen.ListOf(Updates)
        from requests in Gen.ListOf(Gen.Zip(RequestHosts, Paths), 20)
        select new Scenario([.. updates], [.. requests]);

    [Fact]
    public void TheTableFindsWhatTheRulesSay() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Scenarios.ToArbitrary(), scenario =>
            {
                var table = new RoutingTable<Entry>();
                var live = new Dictionary<string, Update>();
                foreach (var update in scenario.Updates)
                {
                    Apply(table, update);
                    live[update.Host] = update;
                    foreach (var (host, path) in scenario.Requests)
                    {
                        var found = table.Match(host, path).Route;
                        var expected = Naive(live, host, path);
                        Assert.True(ReferenceEquals(expected, found), $"{host}{path}: expected {expected}, found {found}");
                    }
                }
            }));

    [Fact]
    public void TenThousandPathsOfOneHostAreFoundEach()
    {
        var entries = Enumerable.Range(0, 10_000)
            .Select(i => new Entry((PathMatch)(i % 3), $"/tenant-{i % 100}/service-{i}/v{i % 7}"))
            .ToArray();
        var table = new PathTable<Entry>(entries.Select(entry => (entry.Match, entry.Path, entry)));

        foreach (var entry in entries)
        {
            Assert.Same(entry, table.Match(entry.Path));
            var below = table.Match(entry.Path + "/below");
            Assert.Same(entry.Match is PathMatch.Exact ? null : entry, below);
        }
    }

    private static void Apply(RoutingTable<Entry> table, Update update)
    {
        if (update.Entries is null)
        {
            table.Remove(update.Host);
            return;
        }
        var paths = new PathTable<Entry>(update.Entries.Select(entry => (entry.Match, entry.Path, entry)));
        table.Set(new HostEntry<Entry>(update.Host, paths, update.Default, update.Entries));
    }

    private static Entry? Naive(Dictionary<string, Update> live, string host, string path)
    {
        var wildcard = host.Contains('.') ? "*" + host[host.IndexOf('.')..] : null;
        var update = new[] { host, wildcard, "" }
            .Where(candidate => candidate is not null)
            .Select(candidate => live.GetValueOrDefault(candidate!.ToLowerInvariant()))
            .FirstOrDefault(candidate => candidate?.Entries is not null);
        if (update?.Entries is null)
            return null;

        var matching = update.Entries.Where(entry => Matches(entry, path)).ToArray();
        return matching.FirstOrDefault(entry => entry.Match is PathMatch.Exact)
            ?? matching.Where(entry => entry.Match is PathMatch.Regex).OrderByDescending(entry => entry.Path.Length)
                .ThenByDescending(entry => entry.Path, StringComparer.Ordinal).FirstOrDefault()
            ?? matching.OrderByDescending(entry => Text(entry).Length).ThenBy(entry => entry.Match).FirstOrDefault()
            ?? update.Default;
    }

    private static bool Matches(Entry entry, string path) => entry.Match switch
    {
        PathMatch.Exact => path == entry.Path,
        PathMatch.Prefix => Text(entry) == "/" || path == Text(entry) || path.StartsWith(Text(entry) + "/", StringComparison.Ordinal),
        PathMatch.Regex => Regex.IsMatch(path, "^" + entry.Path, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant),
        _ => path.StartsWith(entry.Path, StringComparison.Ordinal),
    };

    private static string Text(Entry entry) => entry.Match is not PathMatch.Prefix
        ? entry.Path
        : entry.Path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/";

    // A class: which of two equal entries is found matters, too.
    internal sealed class Entry(PathMatch match, string path)
    {
        public PathMatch Match { get; } = match;

        public string Path { get; } = path;

        public override string ToString() => $"{Match} {Path}";
    }

    private sealed class Update(string host, Entry[]? entries, bool hasDefault)
    {
        public string Host { get; } = host;

        /// <summary>Null removes the host.</summary>
        public Entry[]? Entries { get; } = entries;

        public Entry? Default { get; } = hasDefault ? new Entry(PathMatch.Prefix, "/") : null;

        public override string ToString() =>
            $"{Host}: {(Entries is null ? "removed" : string.Join(", ", (object[])Entries))}, default {Default}";
    }

    private sealed record Scenario(Update[] Updates, (string Host, string Path)[] Requests)
    {
        public override string ToString() => string.Join('\n', (object[])Updates);
    }
}
