using System.Collections.Frozen;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;
using YarpIngress.Translation.Settings;

namespace YarpIngress.Pipeline.Blocked;

/// <summary><see cref="BlockSettings"/>, ready to be asked.</summary>
internal sealed class BlockedRequests(BlockSettings settings)
{
    private readonly Texts _agents = new(settings.UserAgents);
    private readonly Texts _referers = new(settings.Referers);

    /// <summary>The key that says that nobody is served; null when there is none.</summary>
    public string? Broken => settings.Broken;

    /// <summary>What a request is answered; null when it is not blocked.</summary>
    public int? StatusFor(GatewayRequest request) =>
        Broken is not null ? StatusCodes.Status503ServiceUnavailable
        // While it can't be told who is asking, it may be somebody of the list.
        : KeyFor(request.Trust.Broken is null ? request.Client : null, request.Context.Request.Headers) is not null
            ? StatusCodes.Status403Forbidden
        : null;

    /// <summary>The key by which a request is blocked; null when it is not.</summary>
    /// <param name="client">Who asks; null when nobody knows, who may then be anybody.</param>
    /// <param name="headers">What it sends.</param>
    public string? KeyFor(IPAddress? client, IHeaderDictionary headers)
    {
        if (Blocks(client))
            return "block-cidrs";
        return _agents.Have(headers.UserAgent) ? "block-user-agents" : _referers.Have(headers.Referer) ? "block-referers" : null;
    }

    /// <summary>Whether <c>block-cidrs</c> names a client.</summary>
    /// <param name="client">Who asks; null when nobody knows, who may then be anybody.</param>
    public bool Blocks(IPAddress? client) => settings.Networks is { } networks && (client is null || networks.Contains(client));

    /// <summary>Values of a header.</summary>
    private sealed class Texts
    {
        private readonly FrozenSet<string> _whole;
        private readonly Regex[] _patterns;

        public Texts(IReadOnlyList<string> texts)
        {
            List<string> whole = [];
            List<Regex> patterns = [];
            foreach (var text in texts)
            {
                if (BlockedText.Expression(text) is { } pattern)
                    patterns.Add(pattern);
                else
                    whole.Add(text);
            }
            // As in an nginx map.
            _whole = whole.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            _patterns = [.. patterns];
        }

        public bool Have(StringValues header)
        {
            if (_whole.Count == 0 && _patterns.Length == 0)
                return false;
            foreach (var value in header)
            {
                if (value is not null && (_whole.Contains(value) || Matches(value)))
                    return true;
            }
            return false;
        }

        private bool Matches(string value)
        {
            try
            {
                foreach (var pattern in _patterns)
                {
                    if (pattern.IsMatch(value))
                        return true;
                }
                return false;
            }
            catch (RegexMatchTimeoutException)
            {
                // Who takes that long to tell may well be one of them.
                return true;
            }
        }
    }
}

/// <summary>Who is blocked from now on.</summary>
internal sealed class Blocks
{
    private volatile BlockedRequests? _current;
    private BlockSettings _settings = BlockSettings.Nobody;

    /// <summary>Null blocks nobody.</summary>
    public BlockedRequests? Current => _current;

    /// <summary>Follows the global settings; one caller at a time.</summary>
    public void Set(BlockSettings settings)
    {
        if (settings == _settings)
            return;
        _current = settings == BlockSettings.Nobody ? null : new BlockedRequests(settings);
        _settings = settings;
    }
}
