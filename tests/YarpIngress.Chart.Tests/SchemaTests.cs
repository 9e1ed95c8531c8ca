using System.Text.Json.Nodes;
using YarpIngress.Chart.Tests.Values;

namespace YarpIngress.Chart.Tests;

public sealed class SchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(ChartFiles.Read("values.schema.json"))!.AsObject();

    [Theory]
    [MemberData(nameof(TestValues.Names), MemberType = typeof(TestValues))]
    public void Values_that_are_right_are_taken(string name) => Assert.Empty(Errors(TestValues.All[name]));

    [Theory]
    [MemberData(nameof(RefusedValues.Wrong), MemberType = typeof(RefusedValues))]
    public void Values_that_are_wrong_are_refused_by_name(string values, string message) => Assert.Equal([message], Errors(values));

    private static IEnumerable<string> Errors(string values) =>
        SchemaCheck.Errors(Schema, ChartValues.Merge(ChartFiles.Values().Values, ChartValues.Read(values)));
}
