using System.Globalization;
using System.Text;

namespace YarpIngress.Kubernetes;

/// <summary>Appends a query to a path.</summary>
internal sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _any = path.Contains('?');

    public QueryText Add(string name, string? value)
    {
        if (value is not { Length: > 0 })
            return this;

        _text.Append(_any ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _any = true;
        return this;
    }

    public QueryText Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
