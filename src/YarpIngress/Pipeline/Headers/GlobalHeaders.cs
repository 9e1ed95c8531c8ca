using System.Buffers;
using System.Collections.Frozen;
using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Settings;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.Headers;

/// <summary>What the global settings say of the headers of every answer, ready to be applied.</summary>
internal sealed class GlobalHeaders
{
    /// <summary>Of settings that say nothing, which costs nothing.</summary>
    public static readonly GlobalHeaders Default = new(new HeaderSettings());

    public GlobalHeaders(HeaderSettings settings)
    {
        Server = settings.ServerTokens ? $"{ServerHeader.Value}/{ProductVersion.Release}" : ServerHeader.Value;
        PassesServer = settings.AllowBackendServer;
        Hidden = settings.Hidden.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        Added = [.. settings.Added.Select(header => new KeyValuePair<string, StringValues>(header.Name, header.Value))];
        Requests = [.. settings.Requests.Select(header => KeyValuePair.Create(header.Name, header.Value))];
        RequestNames = settings.Requests.Select(header => header.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        Names = RequestHeaderRules.Characters(settings);
        StrictTransport = settings.Hsts.Header;
        SaysNothing = settings is { ServerTokens: false, AllowBackendServer: false } && Hidden.Count == 0 && Added.Count == 0;
    }

    /// <summary>What names of a client's headers may be made of.</summary>
    public SearchValues<char> Names { get; }

    /// <summary>Whether there is nothing to do with answers, but for <see cref="StrictTransport"/>.</summary>
    public bool SaysNothing { get; }

    /// <summary>The gateway's Server header.</summary>
    public StringValues Server { get; }

    /// <summary>Whether a pod's Server header passes instead.</summary>
    public bool PassesServer { get; }

    /// <summary>Strict-Transport-Security, of answers over HTTPS; empty for none.</summary>
    public StringValues StrictTransport { get; }

    /// <summary>Headers of a pod that clients do not get.</summary>
    public FrozenSet<string> Hidden { get; }

    /// <summary>Set on every answer, in place of what is there.</summary>
    public IReadOnlyList<KeyValuePair<string, StringValues>> Added { get; }

    /// <summary>Sent with every request to a pod, in place of the client's.</summary>
    public IReadOnlyList<KeyValuePair<string, VariableText>> Requests { get; }

    /// <summary>The names in <see cref="Requests"/>.</summary>
    public FrozenSet<string> RequestNames { get; }
}

/// <summary>The headers that requests get from now on.</summary>
internal sealed class HeaderDefaults
{
    private volatile GlobalHeaders _current = GlobalHeaders.Default;

    /// <summary>A request that has begun keeps what it began with.</summary>
    public GlobalHeaders Current => _current;

    /// <summary>Follows the global settings.</summary>
    public void Set(HeaderSettings settings) => _current = new GlobalHeaders(settings);
}
