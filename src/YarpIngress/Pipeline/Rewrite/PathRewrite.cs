using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using YarpIngress.Pipeline.Variables;
using YarpIngress.Proxy.Routing;
using YarpIngress.Translation;
using YarpIngress.Translation.Model;
using YarpIngress.Translation.Variables;

namespace YarpIngress.Pipeline.Rewrite;

/// <summary>
/// The rewrite of one route, as nginx's <c>rewrite … break</c> does it: the expression is matched anywhere in the decoded path, the
/// target replaces the whole path and is encoded again, the query stays behind what the target brings.
/// </summary>
/// <param name="policy">What to do.</param>
/// <param name="path">The path of the route.</param>
internal sealed class PathRewrite(RewritePolicy policy, string path)
{
    private const string Hexadecimal = "0123456789ABCDEF";

    // What nginx leaves alone when it sends a changed path, and in arguments.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(
        "!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> QueryCharacters = SearchValues.Create(
        "!$'()*,-./0123456789:;@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~");

    // Where no capture is used, that the route was chosen says that its expression matches.
    private readonly bool _captures = policy.Target.HighestCapture > 0 || policy.ForwardedPrefix is { HighestCapture: > 0 };

    // Nothing of the client's is in it.
    private readonly bool _isFixed = policy.Target.Parts.All(part => part.Literal is not null);
    private Regex? _regex;

    /// <summary>Sets what the pod gets.</summary>
    /// <returns>
    /// False when the client's part of it leads elsewhere: <c>/app../x</c> has no dot element, and what <c>/app(.*)</c> leaves of it does.
    /// </returns>
    /// <exception cref="RegexMatchTimeoutException">The expression can't be matched in linear time, and took too long.</exception>
    public bool Apply(GatewayRequest request)
    {
        var target = request.Context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan(request.PathStart);
        var groups = _captures ? (_regex ??= PathPattern.Anywhere(path)).Match(Normalized(target)).Groups : null;
        var query = target.IndexOf('?');
        request.RewrittenTarget = Target(policy.Target, groups, request, query < 0 ? default : target[(query + 1)..]);
        if (policy.ForwardedPrefix is { } prefix)
            request.ForwardedPrefix = Text(prefix, groups, request);
        return _isFixed || !HasDotElement(request.RewrittenTarget);
    }

    private static bool HasDotElement(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.Contains("/.", StringComparison.Ordinal))
            return false;
        foreach (var range in path.Split('/'))
        {
            var element = path[range];
            if (element is "." or ".." or ['.', ';', ..] or ['.', '.', ';', ..])
                return true;
        }
        return false;
    }

    private static string Normalized(ReadOnlySpan<char> target)
    {
        var scratch = ArrayPool<char>.Shared.Rent(target.Length + 1);
        try
        {
            return RequestPath.TryNormalize(target, scratch, out var normal) ? normal.ToString() : "/";
        }
        finally
        {
            ArrayPool<char>.Shared.Return(scratch);
        }
    }

    private static string Target(
        VariableText text, GroupCollection? groups, GatewayRequest request, ReadOnlySpan<char> query)
    {
        var result = new StringBuilder();
        var inQuery = false;
        foreach (var part in text.Parts)
        {
            if (part.Literal is not { } literal)
            {
                Encode(result, Value(part, groups, request), inQuery ? QueryCharacters : PathCharacters);
                continue;
            }
            var mark = inQuery ? -1 : literal.IndexOf('?');
            // Literals of a query stand as they were written, since only their author can tell what separates there.
            if (mark < 0)
            {
                if (inQuery)
                    result.Append(literal);
                else
                    Encode(result, literal, PathCharacters);
                continue;
            }
            Encode(result, literal.AsSpan(0, mark), PathCharacters);
            result.Append(literal, mark, literal.Length - mark);
            inQuery = true;
        }
        if (result.Length == 0 || result[0] != '/')
            result.Insert(0, '/');
        // As in nginx a question mark at the end drops the client's query, and a query without anything in it is none.
        if (inQuery && result[^1] == '?')
            result.Length--;
        else if (query.Length > 0)
            result.Append(inQuery ? '&' : '?').Append(query);
        return result.ToString();
    }

    private static string Text(VariableText text, GroupCollection? groups, GatewayRequest request)
    {
        var result = new StringBuilder();
        foreach (var part in text.Parts)
            Encode(result, part.Literal ?? Value(part, groups, request), PathCharacters);
        return result.ToString();
    }

    private static string Value(VariablePart part, GroupCollection? groups, GatewayRequest request) =>
        part.Capture > 0 ? groups?[part.Capture].Value ?? "" : RequestVariables.Of(request, part);

    private static void Encode(StringBuilder result, ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && plain.Contains((char)rune.Value))
            {
                result.Append((char)rune.Value);
                continue;
            }
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
                result.Append('%').Append(Hexadecimal[b >> 4]).Append(Hexadecimal[b & 15]);
        }
    }
}
