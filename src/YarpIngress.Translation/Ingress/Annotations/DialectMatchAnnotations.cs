using System.Globalization;
using YarpIngress.Translation.Model;

namespace YarpIngress.Translation.Ingress.Annotations;

/// <summary>YARP's dialect: what a request has to have beside host and path; see <see cref="RouteConditions"/>.</summary>
internal static class DialectMatchAnnotations
{
    private const int MostConditions = 20;

    public static readonly IReadOnlyList<Annotation> All =
    [
        new("route-methods", AnnotationRisk.Medium, "YAML list of methods", "any method",
            "Which methods the paths are for; a request with another one goes to the next route that fits, else to the default "
            + "backend, else it is answered 405 with Allow.",
            (policies, text) => With(policies, conditions => conditions with { Methods = MethodsOf(text) }))
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "- GET\n- POST\n",
        },
        new("route-headers", AnnotationRisk.Medium, "YAML list of Name, Values, Mode and IsCaseSensitive", "any headers",
            "Which headers a request must have; Mode is ExactHeader, HeaderPrefix, Contains, NotContains, Exists or NotExists.",
            (policies, text) => With(
                policies, conditions => conditions with { Headers = ConditionsOf(text, "ExactHeader", "HeaderPrefix") }))
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "- Name: X-Tenant\n  Values: [orange]\n  Mode: ExactHeader\n",
        },
        new("route-queryparameters", AnnotationRisk.Medium, "YAML list of Name, Values, Mode and IsCaseSensitive", "any query",
            "Which query parameters a request must have; Mode is Exact, Prefix, Contains, NotContains, Exists or NotExists.",
            (policies, text) => With(policies, conditions => conditions with { QueryParameters = ConditionsOf(text, "Exact", "Prefix") }))
        {
            OwnOnly = true,
            FailsClosed = true,
            Example = "- Name: debug\n  Mode: Exists\n",
        },
        new("route-order", AnnotationRisk.Medium, "whole number", "0",
            "Routes of a lower order come before others of their host, whatever their paths are.",
            (policies, text) => With(policies, conditions => conditions with { Order = OrderOf(text) }))
        {
            OwnOnly = true,
            Scope = AnnotationScope.Host,
            Example = "-1",
        },
    ];

    private static RoutePolicies With(RoutePolicies policies, Func<RouteConditions, RouteConditions> change)
    {
        var changed = change(policies.Conditions ?? RouteConditions.None);
        return policies with { Conditions = changed == RouteConditions.None ? null : changed };
    }

    private static int OrderOf(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var order)
            ? order
            : throw new FormatException("must be a whole number");

    private static EquatableArray<string> MethodsOf(string text)
    {
        var methods = DialectFields.Texts(text);
        return methods.Count is > 0 and <= MostConditions && methods.All(HeaderText.IsName)
            ? methods.Select(method => method.ToUpperInvariant()).Distinct().ToEquatableArray()
            : throw new FormatException("must be a list of methods such as GET");
    }

    private static EquatableArray<ValueCondition> ConditionsOf(string text, string exact, string prefix)
    {
        var list = DialectFields.List(text);
        return list.Count is > 0 and <= MostConditions
            ? list.Select(fields => ConditionOf(fields, exact, prefix)).ToEquatableArray()
            : throw new FormatException($"must be a list of 1 to {MostConditions} conditions");
    }

    private static ValueCondition ConditionOf(DialectFields fields, string exact, string prefix)
    {
        var name = fields.Required("Name");
        var values = fields.TextList("Values");
        var mode = fields.Word<ValueMatch>(
            "Mode", (exact, ValueMatch.Exact), (prefix, ValueMatch.Prefix), ("Contains", ValueMatch.Contains),
            ("NotContains", ValueMatch.NotContains), ("Exists", ValueMatch.Exists), ("NotExists", ValueMatch.NotExists))
                ?? ValueMatch.Exact;
        var isCaseSensitive = fields.Bool("IsCaseSensitive") ?? false;
        fields.End();
        if (name.Length == 0 || (exact == "ExactHeader" && !HeaderText.IsName(name)))
            throw fields.Wrong("Name", "must be a name");
        var needsValues = mode is not (ValueMatch.Exists or ValueMatch.NotExists);
        if (needsValues != values.Count > 0 || values.Any(value => value.Length == 0))
            throw fields.Wrong("Values", needsValues ? $"must be a list of values for {mode}" : $"must not be there for {mode}");
        return new ValueCondition(name, mode, values.ToEquatableArray(), isCaseSensitive);
    }
}
