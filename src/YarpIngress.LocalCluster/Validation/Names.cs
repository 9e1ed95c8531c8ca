using System.Globalization;
using System.Text.RegularExpressions;

namespace YarpIngress.LocalCluster.Validation;

/// <summary>The formats of names, labels and ports; each check gives its messages, none when the value is fine.</summary>
internal static partial class Names
{
    public const int SubdomainMaxLength = 253;
    public const int LabelMaxLength = 63;

    private const string LabelError =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
        + "alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainError =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
        + "an alphanumeric character "
        + @"(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string WildcardError =
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
        + "alphanumeric characters, "
        + "'-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is "
        + @"'\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Label1035Error =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end "
        + "with an alphanumeric character "
        + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string QualifiedNameError =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueError =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with "
        + "an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string ConfigKeyError =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' "
        + "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    private const string EnvVarError =
        "a valid environment variable name must consist only of printable ASCII characters other than '='";

    public static IEnumerable<string> Label(string value) => Check(value, LabelMaxLength, LabelPattern(), LabelError);

    public static IEnumerable<string> Label1035(string value) => Check(value, LabelMaxLength, Label1035Pattern(), Label1035Error);

    public static IEnumerable<string> Subdomain(string value) => Check(value, SubdomainMaxLength, SubdomainPattern(), SubdomainError);

    public static IEnumerable<string> WildcardSubdomain(string value) => Check(value, SubdomainMaxLength, WildcardPattern(), WildcardError);

    /// <summary>Names of RBAC objects: any path segment.</summary>
    public static IEnumerable<string> PathSegment(string value)
    {
        if (value is "." or "..")
        {
            yield return $"may not be '{value}'";
        }

        if (value.Contains('/', StringComparison.Ordinal))
        {
            yield return "may not contain '/'";
        }

        if (value.Contains('%', StringComparison.Ordinal))
        {
            yield return "may not contain '%'";
        }
    }

    /// <summary>Label keys, annotation keys and other names with an optional prefix.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        var parts = value.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a qualified name {QualifiedNameError} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                yield return "prefix part must be non-empty";
            }
            else
            {
                foreach (var message in Subdomain(parts[0]))
                {
                    yield return $"prefix part {message}";
                }
            }
        }

        var name = parts[^1];
        if (name.Length == 0)
        {
            yield return "name part must be non-empty";
        }
        else if (name.Length > LabelMaxLength)
        {
            yield return $"name part {AtMost(LabelMaxLength)}";
        }

        if (!QualifiedNamePattern().IsMatch(name))
        {
            yield return $"name part {QualifiedNameError}";
        }
    }

    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > LabelMaxLength)
        {
            yield return AtMost(LabelMaxLength);
        }

        if (value.Length > 0 && !QualifiedNamePattern().IsMatch(value))
        {
            yield return LabelValueError;
        }
    }

    /// <summary>Keys of ConfigMaps and Secrets.</summary>
    public static IEnumerable<string> ConfigKey(string value)
    {
        if (value.Length > SubdomainMaxLength)
        {
            yield return AtMost(SubdomainMaxLength);
        }

        if (!ConfigKeyPattern().IsMatch(value))
        {
            yield return ConfigKeyError;
        }

        if (value == ".")
        {
            yield return "must not be '.'";
        }
        else if (value == "..")
        {
            yield return "must not be '..'";
        }
        else if (value.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    public static IEnumerable<string> EnvironmentVariable(string value)
    {
        if (value.Length == 0 || value.Any(c => c is < ' ' or > '~' or '='))
        {
            yield return EnvVarError;
        }
    }

    /// <summary>IANA service names, as container ports have them.</summary>
    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15)
        {
            yield return AtMost(15);
        }

        if (value.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!value.Any(char.IsAsciiLetterLower))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (value.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (value.StartsWith('-') || value.EndsWith('-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    public static IEnumerable<string> PortNumber(long value)
    {
        if (value is < 1 or > 65535)
        {
            yield return "must be between 1 and 65535, inclusive";
        }
    }

    public static string AtMost(int length) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {length} characters");

    private static IEnumerable<string> Check(string value, int maxLength, Regex pattern, string error)
    {
        if (value.Length > maxLength)
        {
            yield return AtMost(maxLength);
        }

        if (!pattern.IsMatch(value))
        {
            yield return error;
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Label1035Pattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex WildcardPattern();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedNamePattern();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ConfigKeyPattern();
}
