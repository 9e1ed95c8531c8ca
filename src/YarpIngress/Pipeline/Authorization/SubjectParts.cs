namespace YarpIngress.Pipeline.Authorization;

/// <summary>The parts of a distinguished name as RFC 2253 writes it: <c>CN=a,O=b\, c</c> has two.</summary>
internal static class SubjectParts
{
    /// <summary>The parts as they are written, escapes included.</summary>
    public static IEnumerable<string> Of(string subject)
    {
        var begin = 0;
        for (var i = 0; i <= subject.Length; i++)
        {
            if (i < subject.Length && subject[i] == '\\')
                i++; // What follows ends nothing.
            else if (i == subject.Length || subject[i] is ',' or '+')
            {
                yield return subject[begin..i];
                begin = i + 1;
            }
        }
        if (begin < subject.Length)
            yield return subject[begin..];
    }
}
