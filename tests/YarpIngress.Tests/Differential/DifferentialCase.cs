using YarpIngress.Tests.Monitoring;

namespace YarpIngress.Tests.Differential;

/// <summary>
/// A file of <c>cases</c>: annotations, the locations that ingress-nginx has for them, and requests that both have to answer
/// alike. A request after <c>!</c> is one that they are known to answer differently; the line above says why.
/// </summary>
/// <param name="Name">The file's name, and the first label of its host.</param>
/// <param name="Annotations">Name and value each.</param>
/// <param name="Paths">Type, path and Service each.</param>
/// <param name="Extra">Headers that pods may get of the gateway, and not of nginx.</param>
/// <param name="Nginx">What stands within the <c>server</c>.</param>
/// <param name="Requests">One after another.</param>
internal sealed record DifferentialCase(
    string Name, IReadOnlyList<(string Name, string Value)> Annotations, IReadOnlyList<(string Type, string Path, string Service)> Paths,
    IReadOnlyList<string> Extra, string Nginx, IReadOnlyList<DifferentialRequest> Requests)
{
    public static readonly string Directory =
        Path.Combine(MonitoringFiles.Repository, "tests", "YarpIngress.Tests", "Differential", "cases");

    public static IReadOnlyList<DifferentialCase> All { get; } =
        [.. System.IO.Directory.GetFiles(Directory, "*.case").Order(StringComparer.Ordinal).Select(Read)];

    public string Host => $"{Name}.example.com";

    private static DifferentialCase Read(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var sections = File.ReadAllText(file).Split("\n[").Skip(1)
            .Select(section => section.Split("]\n", 2))
            .ToDictionary(section => section[0], section => section[1]);
        string[] Lines(string section) =>
            [.. sections.GetValueOrDefault(section, "").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
        return new DifferentialCase(
            name,
            [.. Lines("annotations").Select(line => line.Split(": ", 2) is [var key, var value]
                ? (key, value) : throw new FormatException($"{file}: {line}"))],
            [.. Lines("paths").Select(line => (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..line.LastIndexOf(' ')],
                line[(line.LastIndexOf(' ') + 1)..]))],
            Lines("extra"),
            sections["nginx"],
            [.. Lines("requests").Select(line => DifferentialRequest.Parse(line, $"{name}.example.com"))]);
    }
}
