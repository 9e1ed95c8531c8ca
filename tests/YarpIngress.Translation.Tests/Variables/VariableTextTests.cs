using YarpIngress.Translation.Variables;

namespace YarpIngress.Translation.Tests.Variables;

public sealed class VariableTextTests
{
    [Fact]
    public void LiteralsAndVariablesAreTakenApart()
    {
        var text = VariableText.Parse("a-${scheme}b$request_uri$http_user_agent");
        Assert.Equal(
            ["a-", "", "b", "", ""], text.Parts.Select(part => part.Literal ?? ""));
        Assert.Equal(["scheme", "request_uri", "http_"], text.Parts.Select(part => part.Variable).OfType<string>());
        Assert.Equal("user-agent", text.Parts[^1].Member);
        Assert.False(text.IsLiteral);
        Assert.Equal(text, VariableText.Parse("a-${scheme}b$request_uri$http_user_agent"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("100$")]
    [InlineData("$-$ $/")]
    public void TextWithoutNamesIsLiteral(string source)
    {
        var text = VariableText.Parse(source);
        Assert.True(text.IsLiteral);
        Assert.Equal(source, string.Concat(text.Parts.Select(part => part.Literal)));
    }

    [Fact]
    public void CapturesAreOneDigit()
    {
        var text = VariableText.Parse("/$2/${1}x$10", captures: true);
        Assert.Equal([2, 1, 1], text.Parts.Select(part => part.Capture).Where(capture => capture > 0));
        Assert.Equal("0", text.Parts[^1].Literal);
        Assert.Equal(2, text.HighestCapture);
    }

    [Theory]
    [InlineData("$nothing_known", "$nothing_known")]
    [InlineData("${scheme", "brace")]
    [InlineData("${}", "brace")]
    [InlineData("$http_", "$http_")]
    [InlineData("/$1", "$1")]
    public void WhatIsNoVariableIsRefused(string source, string named)
    {
        var error = Assert.Throws<FormatException>(() => VariableText.Parse(source));
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void ARefusalNamesWhatIsKnown() =>
        Assert.Contains("$request_uri", Assert.Throws<FormatException>(() => VariableText.Parse("$x")).Message);
}
