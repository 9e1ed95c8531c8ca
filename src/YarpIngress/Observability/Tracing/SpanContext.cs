using System.Buffers;
using System.Diagnostics;

namespace YarpIngress.Observability.Tracing;

/// <summary>The forms in which a caller may tell of its span.</summary>
internal enum SpanContextForm
{
    /// <summary><c>traceparent</c> and <c>tracestate</c>.</summary>
    W3C,

    /// <summary><c>b3</c>.</summary>
    B3Single,

    /// <summary><c>X-B3-TraceId</c> and its siblings.</summary>
    B3Multi,
}

/// <summary>
/// Reads and writes the headers that carry a trace from process to process: W3C Trace Context, and B3 as Zipkin has it.
/// </summary>
/// <remarks>What a caller sends is looked at and never trusted to be well-formed: anything else counts as none.</remarks>
internal static class SpanContext
{
    private const string B3 = "b3";
    private const string B3TraceId = "X-B3-TraceId";
    private const string B3SpanId = "X-B3-SpanId";
    private const string B3ParentSpanId = "X-B3-ParentSpanId";
    private const string B3Sampled = "X-B3-Sampled";
    private const string B3Flags = "X-B3-Flags";
    private const int LongestState = 512;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>The caller's span, in whichever form it comes first; default when there is none.</summary>
    /// <returns>
    /// The span, its form, and whether the caller leaves it to us if the trace is recorded, as B3 can.
    /// </returns>
    public static (ActivityContext Context, SpanContextForm Form, bool IsDeferred) Read(IHeaderDictionary headers)
    {
        if (headers.TraceParent is [{ } parent])
        {
            // A state that is too long is dropped, as the specification allows; the trace goes on.
            var state = headers.TraceState.ToString();
            if (ActivityContext.TryParse(parent, state.Length is > 0 and <= LongestState ? state : null, isRemote: true, out var context)
                || ActivityContext.TryParse(parent, null, isRemote: true, out context))
                return (context, SpanContextForm.W3C, false);
        }
        if (headers[B3] is [{ } single])
        {
            // {trace}-{span}[-{sampled}[-{parent}]], or the decision alone.
            var parts = single.Split('-');
            var decision = parts.Length == 1 ? parts[0] : parts.Length > 2 ? parts[2] : "";
            var context = parts.Length == 1 ? Create("", "", decision) : Create(parts[0], parts[1], decision);
            return (context, SpanContextForm.B3Single, decision == "");
        }
        if (headers.ContainsKey(B3TraceId) || headers.ContainsKey(B3Sampled))
        {
            var decision = headers[B3Flags] == "1" ? "d" : headers[B3Sampled].ToString();
            return (Create(headers[B3TraceId].ToString(), headers[B3SpanId].ToString(), decision), SpanContextForm.B3Multi, decision == "");
        }
        return default;
    }

    /// <summary>Tells the pod of a span: in W3C's form always, and in the caller's if that is another.</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="span">The span that the pod's own becomes a child of.</param>
    /// <param name="parent">The span above it; default when it has none.</param>
    /// <param name="form">The caller's form.</param>
    public static void Write(IHeaderDictionary headers, ActivityContext span, ActivitySpanId parent, SpanContextForm form)
    {
        var (trace, id) = (span.TraceId.ToHexString(), span.SpanId.ToHexString());
        var sampled = (span.TraceFlags & ActivityTraceFlags.Recorded) != 0;
        headers.TraceParent = $"00-{trace}-{id}-{(sampled ? "01" : "00")}";
        if (string.IsNullOrEmpty(span.TraceState))
            headers.Remove("tracestate");
        else
            headers.TraceState = span.TraceState;
        var above = parent == default ? "" : parent.ToHexString();

        // A form that the caller did not use, or that was not believed, must not tell of another trace.
        if (form == SpanContextForm.B3Single)
            headers[B3] = $"{trace}-{id}-{(sampled ? "1" : "0")}{(above.Length > 0 ? "-" + above : "")}";
        else
            headers.Remove(B3);
        if (form == SpanContextForm.B3Multi)
        {
            headers[B3TraceId] = trace;
            headers[B3SpanId] = id;
            headers[B3Sampled] = sampled ? "1" : "0";
            if (above.Length > 0)
                headers[B3ParentSpanId] = above;
            else
                headers.Remove(B3ParentSpanId);
        }
        else
        {
            headers.Remove(B3TraceId);
            headers.Remove(B3SpanId);
            headers.Remove(B3Sampled);
            headers.Remove(B3ParentSpanId);
        }
        headers.Remove(B3Flags);
    }

    private static ActivityContext Create(string trace, string span, string decision)
    {
        var refused = decision is "0" or "false";
        // Old clients send 64 bits.
        if (trace.Length == 16)
            trace = "0000000000000000" + trace;
        if (trace.Length == 32 && span.Length == 16 && IsId(trace) && IsId(span))
            return new ActivityContext(
                ActivityTraceId.CreateFromString(trace), ActivitySpanId.CreateFromString(span),
                refused ? ActivityTraceFlags.None : ActivityTraceFlags.Recorded, isRemote: true);
        // A refusal without ids: a caller that records nothing, whose ids nobody will ever look for.
        return refused
            ? new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None, isRemote: true)
            : default;
    }

    private static bool IsId(string hex) => !hex.AsSpan().ContainsAnyExcept(LowerHex) && hex.AsSpan().ContainsAnyExcept('0');
}
