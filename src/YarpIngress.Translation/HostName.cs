using System.Net;

namespace YarpIngress.Translation;

/// <summary>Host names as the Ingress API allows them: a DNS name or one with a wildcard as its whole first label.</summary>
public static class HostName
{
    /// <summary>
    /// The lower-case form of <paramref name="host"/>, or null with the reason why it can't be served.
    /// Names in Unicode must be written in their <c>xn--</c> form, as the API server demands too.
    /// </summary>
    public static string? Normalize(string host, out string problem)
    {
        problem = Check(host);
        return problem.Length == 0 ? host.ToLowerInvariant() : null;
    }

    /// <summary>The one-label wildcard that covers <paramref name="host"/>, or null when none can.</summary>
    public static string? WildcardFor(string host)
    {
        var dot = host.IndexOf('.');
        return dot <= 0 || host[0] is '*' or '~' ? null : $"*{host[dot..]}";
    }

    /// <summary>Whether <paramref name="name"/> is a DNS subdomain (RFC 1123); upper case is allowed.</summary>
    public static bool IsDnsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > 253)
            return false;
        foreach (var label in name.Split('.'))
        {
            if (!IsDnsLabel(name[label]))
                return false;
        }

        return true;
    }

    /// <summary>Whether <paramref name="label"/> is one DNS label: letters, digits and inner hyphens, at most 63.</summary>
    public static bool IsDnsLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty || label.Length > 63 || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    private static string Check(string host)
    {
        if (host.Contains(':') && !IPAddress.TryParse(host, out _))
            return "a host is a name without a port";
        if (IPAddress.TryParse(host, out _))
            return "a host is a DNS name, not an IP address";
        if (host.StartsWith("*.", StringComparison.Ordinal))
        {
            return IsDnsName(host.AsSpan(2)) ? "" : "after '*.' a wildcard has a DNS name, without a further wildcard";
        }

        if (host.Contains('*'))
            return "a wildcard is the whole first label, as in *.example.com";
        if (!System.Text.Ascii.IsValid(host))
            return "a name outside ASCII is written in its xn-- form";
        return IsDnsName(host) ? "" : "a host is a DNS name of letters, digits, '-' and '.'";
    }
}
