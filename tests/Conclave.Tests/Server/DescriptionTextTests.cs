using Conclave.Server.Hosting;

namespace Conclave.Tests.Server;

public sealed class DescriptionTextTests
{
    [Theory]
    [InlineData("  \n", "CONC200")]
    [InlineData("a\0b", "CONC222")]
    [InlineData("a half pair \ud800 in a long enough description", "CONC222")]
    [InlineData("\u0001\u0002\u0003 hi", "CONC222")]
    [InlineData("\ufffd\ufffdx\ufffd\ufffd", "CONC222")]
    public void What_is_no_text_is_refused(string text, string code) => Assert.StartsWith(code, DescriptionText.Check(text)?.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("x")]
    [InlineData("A page\r\n\twith a list, 日本語 and 🎉")]
    [InlineData("\u001b[31mA red description that came out of a terminal\u001b[0m")]
    public void What_people_write_or_paste_is_taken(string text) => Assert.Null(DescriptionText.Check(text));

    [Fact]
    public void The_length_is_bounded()
    {
        Assert.Null(DescriptionText.Check(new string('x', 100_000)));
        Assert.Contains("CONC223 the description is longer than 100,000 characters", DescriptionText.Check(new string('x', 100_001))?.Text, StringComparison.Ordinal);
    }
}
