using System.Text.Json.Nodes;

namespace YarpIngress.Kubernetes;

/// <summary>One object of a manifest and where it was written.</summary>
/// <param name="Object">The object; items of a <c>List</c> are objects of their own.</param>
/// <param name="File">File, or what stands for it.</param>
/// <param name="Line">Line on which the object begins, from 1.</param>
/// <param name="Index">Document of the file, from 1.</param>
public sealed record ManifestDocument(JsonObject Object, string File, long Line, int Index);
