using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class FolderNameTests
{
    [Theory]
    [InlineData("A URL shortener, with a web page!", "a-url-shortener-with-a-web-page")]
    [InlineData("Übersicht der Cafés in Malmö", "ubersicht-der-cafes-in-malmo")]
    [InlineData("Straßenøl Łódź", "straßenøl-łodz")]
    [InlineData("Йога и чай", "йога-и-чай")]
    [InlineData("日本語のがっこう", "日本語のがっこう")]
    [InlineData("한국어 앱", "한국어-앱")]
    [InlineData("\u001b[31mred\u001b[0m links", "red-links")]
    [InlineData("\u001b]0;title\u0007links", "links")]
    [InlineData("\u001b]8;;https://x\u001b\\links", "links")]
    [InlineData("half \ud800 pair", "half-pair")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    [InlineData("con", "project")]
    [InlineData("!!!", "project")]
    [InlineData("", "project")]
    public void A_folder_is_named_in_the_letters_of_the_description(string text, string name) => Assert.Equal(name, FolderName.Of(text));

    [Fact]
    public void A_long_word_is_cut() => Assert.Equal(new string('x', 40), FolderName.Of(new string('x', 3000)));
}
