using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using YarpIngress.Kubernetes.Tests.Peer;

namespace YarpIngress.Kubernetes.Tests;

public sealed class LeaderElectorTests
{
    [Fact]
    public async Task Makes_the_lease_renews_it_and_gives_it_up()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using (var candidate = new Candidate(server, "a", time))
        {
            await candidate.LeadsAsync();
            var spec = server.Spec!;
            Assert.Equal(
                ("a", 15, 0), ((string?)spec["holderIdentity"], (int)spec["leaseDurationSeconds"]!, (int)spec["leaseTransitions"]!));
            // Exactly six digits: the server's parser takes nothing else.
            Assert.Equal("2026-03-01T12:00:00.000000Z", (string?)spec["acquireTime"]);
            Assert.Equal("2026-03-01T12:00:00.000000Z", (string?)spec["renewTime"]);

            Assert.Equal(TimeSpan.FromSeconds(2), await time.PassPauseAsync());
            await Eventually.IsTrueAsync(() => (string?)server.Spec!["renewTime"] == "2026-03-01T12:00:02.000000Z");
            Assert.Equal("2026-03-01T12:00:00.000000Z", (string?)server.Spec!["acquireTime"]);
            Assert.True(candidate.Elector.IsLeader);
        }

        Assert.Equal(("", 1), (server.Holder, (int)server.Spec!["leaseDurationSeconds"]!));
        Assert.Equal(["POST a", "PUT a", "PUT "], server.Writes);
    }

    [Fact]
    public async Task Keeps_the_lease_when_not_asked_to_release_it()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using (var candidate = new Candidate(server, "a", time, options => options with { ReleaseOnCancel = false }))
            await candidate.LeadsAsync();
        Assert.Equal("a", server.Holder);
    }

    [Fact]
    public async Task Waits_as_long_as_it_has_seen_no_renewal_whatever_the_clocks_say()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        // The other's clock is a day behind; it renews all the same.
        server.Set(Spec("other", "2026-02-28T12:00:00.000000Z", transitions: 3));
        await using var candidate = new Candidate(server, "a", time);
        await Eventually.IsTrueAsync(() => candidate.Elector.Leader == "other");

        for (var i = 0; i < 8; i++)
        {
            var requests = server.Requests;
            server.Set(Spec("other", $"2026-02-28T12:00:0{i}.000000Z", transitions: 3));
            await time.PassPauseAsync();
            await Eventually.IsTrueAsync(() => server.Requests > requests);
        }

        Assert.Empty(server.Writes);
        var start = time.GetUtcNow();
        while (!candidate.Elector.IsLeader)
            await candidate.StepAsync();

        Assert.InRange(time.GetUtcNow() - start, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(24));
        Assert.Equal(("a", 4), (server.Holder, (int)server.Spec!["leaseTransitions"]!));
        Assert.Equal(["other", "a"], candidate.Leaders);
    }

    [Fact]
    public async Task Takes_a_lease_that_was_given_up_at_once()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        server.Set(Spec("", "2026-03-01T12:00:00.000000Z", transitions: 1));
        await using var candidate = new Candidate(server, "a", time);
        await candidate.LeadsAsync();
    }

    [Fact]
    public async Task Stops_leading_when_it_cannot_renew_and_leads_again_later()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using var candidate = new Candidate(server, "a", time);
        await candidate.LeadsAsync();

        server.Fault = 500;
        var lost = time.GetUtcNow();
        while (candidate.Elector.IsLeader)
            await candidate.StepAsync();
        Assert.InRange(time.GetUtcNow() - lost, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(12));

        server.Fault = null;
        while (!candidate.Elector.IsLeader)
            await candidate.StepAsync();
        await candidate.ChangedAsync(true, false, true);
    }

    [Fact]
    public async Task Does_not_lead_beyond_its_time_while_a_renewal_hangs()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using var candidate = new Candidate(server, "a", time);
        await candidate.LeadsAsync();

        try
        {
            server.Silent = true;
            var requests = server.Requests;
            await time.PassPauseAsync();
            await Eventually.IsTrueAsync(() => server.Requests > requests);
            time.Advance(TimeSpan.FromSeconds(8.1));
            Assert.False(candidate.Elector.IsLeader);
            await candidate.ChangedAsync(true, false);
        }
        finally
        {
            server.Silent = false;
        }
    }

    [Fact]
    public async Task Stops_at_once_when_another_took_the_lease()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using var candidate = new Candidate(server, "a", time);
        await candidate.LeadsAsync();
        server.Set(Spec("thief", "2026-03-01T12:00:00.000000Z", transitions: 9));
        await time.PassPauseAsync();
        await Eventually.IsTrueAsync(() => !candidate.Elector.IsLeader && candidate.Elector.Leader == "thief");
        await candidate.ChangedAsync(true, false);
    }

    [Fact]
    public async Task Tells_when_another_was_seen_to_lead()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        server.Set(Spec("other", "2026-03-01T12:00:00.000000Z", transitions: 3));
        var others = 0;
        await using var candidate = new Candidate(
            server, "a", time, options => options with { OnOtherLed = () => Interlocked.Increment(ref others) });
        // Of a Lease that was there before nobody knows whether its holder is still alive.
        await Eventually.IsTrueAsync(() => candidate.Elector.Leader == "other");
        await candidate.StepAsync();
        await candidate.StepAsync();
        Assert.Equal(0, others);

        server.Set(Spec("other", "2026-03-01T12:00:01.000000Z", transitions: 3));
        await candidate.StepAsync();
        await Eventually.IsTrueAsync(() => others > 0);
        server.Set(Spec("", "2026-03-01T12:00:02.000000Z", transitions: 3));
        while (!candidate.Elector.IsLeader)
            await candidate.StepAsync();
        Assert.Equal(2, others);

        // Renewals of its own.
        for (var i = 0; i < 3; i++)
            await candidate.StepAsync();
        Assert.Equal(2, others);
    }

    [Fact]
    public async Task Makes_a_deleted_lease_again()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        await using var candidate = new Candidate(server, "a", time);
        await candidate.LeadsAsync();
        server.Set(null);
        await time.PassPauseAsync();
        await Eventually.IsTrueAsync(() => server.Holder == "a");
        Assert.Equal([true], candidate.Changes);
    }

    [Fact]
    public async Task Garbage_in_the_lease_neither_blocks_for_ever_nor_crashes()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        server.Set(new JsonObject { ["holderIdentity"] = "other", ["leaseDurationSeconds"] = 2_000_000_000 });
        await using var candidate = new Candidate(server, "a", time);
        while (!candidate.Elector.IsLeader)
            await candidate.StepAsync();
        server.Set(new JsonObject { ["holderIdentity"] = 7 });
        while (candidate.Elector.IsLeader)
            await candidate.StepAsync();
        server.Set([]);
        while (!candidate.Elector.IsLeader)
            await candidate.StepAsync();
    }

    [Fact]
    public async Task Of_three_candidates_one_leads_and_another_follows()
    {
        var time = new ManualTime();
        await using var server = await LeaseServer.StartAsync();
        Candidate[] candidates = [new(server, "a", time), new(server, "b", time), new(server, "c", time)];
        try
        {
            while (!candidates.Any(candidate => candidate.Elector.IsLeader))
                await candidates[0].StepAsync();
            var first = candidates.Single(candidate => candidate.Elector.IsLeader);
            Assert.Equal(server.Holder, first.Identity);

            await first.DisposeAsync();
            var others = candidates.Where(candidate => candidate != first).ToList();
            while (!others.Any(candidate => candidate.Elector.IsLeader))
                await others[0].StepAsync();
            Assert.Single(others, candidate => candidate.Elector.IsLeader);
            Assert.False(first.Elector.IsLeader);
        }
        finally
        {
            foreach (var candidate in candidates)
                await candidate.DisposeAsync();
        }
    }

    private static JsonObject Spec(string holder, string renewed, int transitions) => new()
    {
        ["holderIdentity"] = holder,
        ["leaseDurationSeconds"] = 15,
        ["acquireTime"] = "2026-02-28T12:00:00.000000Z",
        ["renewTime"] = renewed,
        ["leaseTransitions"] = transitions,
    };

    private sealed class Candidate : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        private readonly ApiClient _client;
        private readonly ManualTime _time;
        private readonly LeaseServer _server;
        private readonly Task _run;
        private readonly List<bool> _changes = [];
        private readonly List<string> _leaders = [];

        public Candidate(
            LeaseServer server, string identity, ManualTime time, Func<LeaderElectionOptions, LeaderElectionOptions>? change = null)
        {
            (_server, _time, Identity) = (server, time, identity);
            _client = new ApiClient(server.Config, time: time);
            var options = new LeaderElectionOptions
            {
                Namespace = "ns",
                Name = "lead",
                Identity = identity,
                OnLeading = leading => Add(_changes, leading),
                OnNewLeader = leader => Add(_leaders, leader),
            };
            Elector = new LeaderElector(_client, change?.Invoke(options) ?? options, NullLogger.Instance, time);
            _run = Elector.RunAsync(_stop.Token);
        }

        public string Identity { get; }

        public LeaderElector Elector { get; }

        public IReadOnlyList<bool> Changes => Copy(_changes);

        public IReadOnlyList<string> Leaders => Copy(_leaders);

        public Task LeadsAsync() => Eventually.IsTrueAsync(() => Elector.IsLeader && Changes is [.., true]);

        /// <summary>It is told so a moment after it is so.</summary>
        public Task ChangedAsync(params bool[] expected) => Eventually.IsTrueAsync(() => Changes.SequenceEqual(expected));

        /// <summary>Lets one pause pass and waits until something was asked of the server, or this one changed its mind.</summary>
        public async Task StepAsync()
        {
            var (requests, changes) = (_server.Requests, Changes.Count);
            await _time.PassPauseAsync();
            await Eventually.IsTrueAsync(() => _server.Requests > requests || Changes.Count > changes);
        }

        public async ValueTask DisposeAsync()
        {
            if (_run.IsCompleted)
                return;
            await _stop.CancelAsync();
            await _run;
            _client.Dispose();
        }

        private static void Add<T>(List<T> list, T item)
        {
            lock (list)
                list.Add(item);
        }

        private static IReadOnlyList<T> Copy<T>(List<T> list)
        {
            lock (list)
                return [.. list];
        }
    }
}
