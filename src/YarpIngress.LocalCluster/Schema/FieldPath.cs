using System.Globalization;

namespace YarpIngress.LocalCluster.Schema;

/// <summary>Where a walk over an object is, written as error messages write it: <c>spec.rules[0].host</c>.</summary>
internal sealed class FieldPath
{
    private readonly List<string> _elements = [];

    public void Push(string field) => _elements.Add(_elements.All(e => e.Length == 0) ? field : "." + field);

    public void Push(int index) => _elements.Add(string.Create(CultureInfo.InvariantCulture, $"[{index}]"));

    /// <summary>A level without a name: the document itself.</summary>
    public void PushNothing() => _elements.Add("");

    public void Pop() => _elements.RemoveAt(_elements.Count - 1);

    public string With(string field)
    {
        Push(field);
        var text = ToString();
        Pop();
        return text;
    }

    public override string ToString() => string.Concat(_elements);
}
