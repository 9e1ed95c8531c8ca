using YarpIngress.Options;

namespace YarpIngress.Tests.Options;

public class GoDurationTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("1m30s", 90)]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5h", 5400)]
    [InlineData("2h45m", 9900)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("10", 10)]
    [InlineData("2.5", 2.5)]
    [InlineData("1000us", 0.001)]
    [InlineData("1000µs", 0.001)]
    public void Reads_what_Go_writes_and_plain_seconds(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("-5")]
    [InlineData("1 s")]
    [InlineData("10x")]
    [InlineData("1m30")]
    [InlineData("1,5s")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e3s")]
    [InlineData("5000h")]
    public void Refuses_the_rest(string text) => Assert.Throws<FormatException>(() => GoDuration.Parse(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(30, "30s")]
    [InlineData(90, "1m30s")]
    [InlineData(0.5, "500ms")]
    [InlineData(3600, "1h")]
    [InlineData(1.5, "1.5s")]
    public void Prints_what_it_reads_back(double seconds, string text)
    {
        Assert.Equal(text, GoDuration.Format(TimeSpan.FromSeconds(seconds)));
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Parse(text));
    }
}
