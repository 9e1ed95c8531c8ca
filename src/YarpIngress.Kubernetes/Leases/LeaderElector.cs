using Microsoft.Extensions.Logging;
using YarpIngress.Kubernetes.Models;

namespace YarpIngress.Kubernetes;

/// <summary>
/// One of many candidates leads at a time, as client-go decides it: the Lease's times are never compared with our clock,
/// only how long it has not changed before our eyes.
/// </summary>
public sealed class LeaderElector
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly ApiClient _client;
    private readonly LeaderElectionOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;

    private readonly ObservedLease _observed;
    private long _renewedAt;
    private volatile bool _leading;
    private volatile string? _leader;
    private bool _failing;

    /// <summary>Does nothing until <see cref="RunAsync"/>.</summary>
    public LeaderElector(ApiClient client, LeaderElectionOptions options, ILogger log, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LeaseDuration, TimeSpan.FromSeconds(1));
        (_client, _options, _log, _time) = (client, options, log, time ?? TimeProvider.System);
        _observed = new ObservedLease(options, _time);
    }

    /// <summary>Whether we lead now: false as soon as our time is up, even while a renewal hangs.</summary>
    public bool IsLeader => _leading && _time.GetElapsedTime(Volatile.Read(ref _renewedAt)) < _options.RenewDeadline;

    /// <summary>Who leads, as far as we know; null before anyone was seen.</summary>
    public string? Leader => _leader;

    /// <summary>Competes until cancelled; then gives the Lease up, where asked to, and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await AcquireAsync(cancellationToken).ConfigureAwait(false);
                await RenewAsync(cancellationToken).ConfigureAwait(false);
                SetLeading(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Out of leadership first: whoever checks must see it before another can begin.
            var led = _leading;
            SetLeading(false);
            if (led && _options.ReleaseOnCancel)
                await ReleaseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Whether another candidate holds the Lease now.</summary>
    /// <exception cref="ApiException">The Lease can't be read.</exception>
    public async Task<bool> HasSuccessorAsync(CancellationToken cancellationToken)
    {
        try
        {
            var lease = await _client.GetAsync<V1Lease>(_options.Namespace, _options.Name, cancellationToken).ConfigureAwait(false);
            return lease.Spec is { HolderIdentity: { Length: > 0 } holder, RenewTime: { } renewed }
                && holder != _options.Identity
                && renewed + _observed.DurationOf(lease) > _time.GetUtcNow().UtcDateTime;
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private async Task AcquireAsync(CancellationToken cancellationToken)
    {
        while (!await TryAsync(_options.RenewDeadline, cancellationToken).ConfigureAwait(false))
        {
            // Spread, since all candidates see the same Lease expire.
            var pause = _options.RetryPeriod * (1 + (1.2 * Random.Shared.NextDouble()));
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
        }

        SetLeading(true);
    }

    /// <summary>Returns when leadership is lost.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var pause = _options.RetryPeriod < Left() ? _options.RetryPeriod : Left();
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            if (Left() is var left && left <= TimeSpan.Zero)
                return;
            if (!await TryAsync(left, cancellationToken).ConfigureAwait(false) && _observed.IsHeldByOther)
                return;
        }
    }

    /// <summary>How much longer we may lead without a renewal.</summary>
    private TimeSpan Left() => _options.RenewDeadline - _time.GetElapsedTime(_renewedAt);

    /// <summary>Takes or renews the Lease. False when another holds it or the server could not be asked.</summary>
    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var held = await TakeAsync(stop.Token).ConfigureAwait(false);
            _failing = false;
            return held;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Failed($"no answer within {limit.TotalSeconds:0.#} s");
        }
        catch (ApiException e) when (e.IsConflict || e.IsAlreadyExists)
        {
            // Another candidate was faster; the next try sees who.
            LeaderElectorLog.Outrun(_log, _options.Name);
        }
        catch (ApiException e)
        {
            Failed(e.Message);
        }

        return false;
    }

    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        V1Lease current;
        try
        {
            current = await _client.GetAsync<V1Lease>(_options.Namespace, _options.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            var asked = _time.GetTimestamp();
            var created = new V1Lease
            {
                Metadata = new() { Name = _options.Name, NamespaceProperty = _options.Namespace },
                Spec = OurSpec(null),
            };
            Renewed(await _client.CreateAsync(created, cancellationToken).ConfigureAwait(false), asked);
            return true;
        }

        Observe(current);
        if (_observed.IsHeldByOther && !_observed.HasExpired)
            return false;

        // Counted from before the request: the others count from when they see it, which is later.
        var sent = _time.GetTimestamp();
        current.Spec = OurSpec(current.Spec);
        Renewed(await _client.ReplaceAsync(current, cancellationToken).ConfigureAwait(false), sent);
        return true;
    }

    private V1LeaseSpec OurSpec(V1LeaseSpec? before)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var ours = before?.HolderIdentity == _options.Identity;
        return new V1LeaseSpec
        {
            HolderIdentity = _options.Identity,
            LeaseDurationSeconds = (int)Math.Ceiling(_options.LeaseDuration.TotalSeconds),
            AcquireTime = ours ? before!.AcquireTime ?? now : now,
            RenewTime = now,
            LeaseTransitions = before is null ? 0 : (before.LeaseTransitions ?? 0) + (ours ? 0 : 1),
        };
    }

    private void Renewed(V1Lease lease, long at)
    {
        Volatile.Write(ref _renewedAt, at);
        Observe(lease);
    }

    private void Observe(V1Lease lease)
    {
        var holder = lease.Spec?.HolderIdentity;
        // Who gives it up has led until then.
        if (_observed.See(lease) && holder != _options.Identity)
            Call(() => _options.OnOtherLed?.Invoke());
        if (!string.IsNullOrEmpty(holder) && holder != _leader)
        {
            _leader = holder;
            LeaderElectorLog.NewLeader(_log, holder, _options.Namespace, _options.Name);
            Call(() => _options.OnNewLeader?.Invoke(holder));
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(ReleaseLimit, _time);
        try
        {
            var lease = await _client.GetAsync<V1Lease>(_options.Namespace, _options.Name, limit.Token).ConfigureAwait(false);
            if (lease.Spec?.HolderIdentity != _options.Identity)
                return;

            lease.Spec.HolderIdentity = "";
            lease.Spec.LeaseDurationSeconds = 1;
            lease.Spec.RenewTime = lease.Spec.AcquireTime = _time.GetUtcNow().UtcDateTime;
            await _client.ReplaceAsync(lease, limit.Token).ConfigureAwait(false);
            LeaderElectorLog.Released(_log, _options.Namespace, _options.Name);
        }
        catch (Exception e) when (e is ApiException or OperationCanceledException)
        {
            LeaderElectorLog.NotReleased(_log, _options.Namespace, _options.Name, e.Message);
        }
    }

    private void SetLeading(bool leading)
    {
        if (_leading == leading)
            return;

        _leading = leading;
        if (leading)
            LeaderElectorLog.Leading(_log, _options.Identity, _options.Namespace, _options.Name);
        else
            LeaderElectorLog.NotLeading(_log, _options.Identity, _options.Namespace, _options.Name);
        Call(() => _options.OnLeading?.Invoke(leading));
    }

    private void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            LeaderElectorLog.CallbackFailed(_log, e);
        }
    }

    private void Failed(string error)
    {
        if (_failing)
            LeaderElectorLog.StillFailing(_log, _options.Namespace, _options.Name, error);
        else
            LeaderElectorLog.Failing(_log, _options.Namespace, _options.Name, error);
        _failing = true;
    }
}
