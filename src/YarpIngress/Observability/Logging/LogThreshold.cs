using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Observability.Logging;

/// <summary>
/// From which levels on the log is written: as <c>--v</c> says, or as <c>error-log-level</c> of the global settings says now. A change
/// makes the loggers' own filters anew, so that a line that is not written costs what it always did.
/// </summary>
/// <param name="verbosity"><c>--v</c>.</param>
internal sealed class LogThreshold(int verbosity)
    : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    private volatile ConfigurationReloadToken _changed = new();
    private LogSeverity? _least;

    /// <summary>The options without a name, which are all that there are.</summary>
    public string Name => Microsoft.Extensions.Options.Options.DefaultName;

    /// <summary>Follows the global settings.</summary>
    public void Apply(ProcessSettings settings)
    {
        if (_least == settings.LeastLogged)
            return;
        _least = settings.LeastLogged;
        Interlocked.Exchange(ref _changed, new ConfigurationReloadToken()).OnReload();
    }

    /// <inheritdoc/>
    public void Configure(LoggerFilterOptions options)
    {
        var (own, others) = LogLevels.Of(verbosity, _least);
        options.MinLevel = others;
        options.AddFilter("YarpIngress", own);
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken() => _changed;
}
