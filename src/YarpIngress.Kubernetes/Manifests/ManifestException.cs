namespace YarpIngress.Kubernetes;

/// <summary>A manifest that can't be read. The message begins with <c>file:line</c>.</summary>
public sealed class ManifestException : Exception
{
    /// <summary>With the place and what is wrong there.</summary>
    public ManifestException(string file, long line, int document, string problem, Exception? inner = null)
        : base(Describe(file, line, document, problem), inner) => (File, Line, Document) = (file, line, document);

    /// <summary>File, or what stands for it.</summary>
    public string File { get; }

    /// <summary>Line, from 1; 0 when it is the file as a whole.</summary>
    public long Line { get; }

    /// <summary>Document of the file, from 1; 0 when it is the file as a whole.</summary>
    public int Document { get; }

    private static string Describe(string file, long line, int document, string problem) =>
        line == 0 ? $"{file}: {problem}" : document == 0 ? $"{file}:{line}: {problem}" : $"{file}:{line}: document {document}: {problem}";
}
