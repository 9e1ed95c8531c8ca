using System.Collections.Frozen;
using YarpIngress.Translation.Model;

namespace YarpIngress.Pipeline.Transforms;

/// <summary>Changes of an answer's headers, made when the answer begins, whoever gives it.</summary>
internal static class AnswerTransforms
{
    private static readonly FrozenSet<string> AlwaysAllowed = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Server", "Date",
        "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions");

    /// <summary>Makes the changes.</summary>
    public static void Apply(TransformsPolicy transforms, HttpResponse response)
    {
        foreach (var step in transforms.Steps)
        {
            if (step.Kind < TransformKind.ResponseHeader || !Applies(step.When, response.StatusCode))
                continue;
            if (step.Kind is TransformKind.ResponseHeader)
                RequestTransforms.Set(response.Headers, step);
            else if (step.Kind is TransformKind.ResponseHeaderRemove)
                response.Headers.Remove(step.Name);
            else
                RequestTransforms.Allow(response.Headers, step.Value, AlwaysAllowed);
        }
    }

    private static bool Applies(TransformWhen when, int status) => when switch
    {
        TransformWhen.Always => true,
        TransformWhen.Success => status < 400,
        _ => status >= 400,
    };
}
