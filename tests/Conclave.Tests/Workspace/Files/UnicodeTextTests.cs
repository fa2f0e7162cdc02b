using System.Text;
using Conclave.Workspace.Files;

namespace Conclave.Tests.Workspace.Files;

public sealed class UnicodeTextTests
{
    // Should this ever fail, the runtime can normalise here, and UnicodeText is no longer needed.
    [Fact]
    public void The_runtime_itself_does_not_normalise_here() => Assert.True("e\u0301".IsNormalized(NormalizationForm.FormC));

    [Theory]
    [InlineData("plain ascii", true)]
    [InlineData("é", true)]
    [InlineData("e\u0301", false)]
    [InlineData("\u212B", false)]
    [InlineData("Å", true)]
    [InlineData("q\u0323\u0307", true)]
    [InlineData("q\u0307\u0323", false)]
    [InlineData("각", true)]
    [InlineData("\u1100\u1161\u11A8", false)]
    [InlineData("가\u11A8", false)]
    [InlineData("\u0958", false)]
    [InlineData("\u0915\u093C", true)]
    [InlineData("ﬁ", true)]
    [InlineData("\u0344", false)]
    [InlineData("a\u0315\u0300\u05AE\u0300b", false)]
    [InlineData("à\u05AE\u0300\u0315b", true)]
    [InlineData("\U0001D15E", false)]
    [InlineData("\U00011099\U000110BA", false)]
    public void Composed_text_is_told_from_decomposed(string text, bool isComposed) => Assert.Equal(isComposed, UnicodeText.IsComposed(text));

    [Theory]
    [InlineData("ABC", "abc")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("ẞ", "ß")]
    [InlineData("ﬃ", "FFI")]
    [InlineData("Ǆ", "dž")]
    [InlineData("É", "e\u0301")]
    [InlineData("ΐ", "Ι\u0308\u0301")]
    [InlineData("\u1E9B\u0323", "ṩ")]
    [InlineData("①②", "12")]
    [InlineData("ｶ\uFF9E", "ガ")]
    [InlineData("Ꭰ", "ꭰ")]
    [InlineData("ſ", "S")]
    [InlineData("µ", "μ")]
    [InlineData("ᾳ", "αι")]
    public void Names_that_a_file_system_may_take_for_one_have_one_key(string left, string right) => Assert.Equal(UnicodeText.Key(left), UnicodeText.Key(right));

    [Theory]
    [InlineData("a", "á")]
    [InlineData("o", "0")]
    [InlineData("日", "曰")]
    public void Different_names_have_different_keys(string left, string right) => Assert.NotEqual(UnicodeText.Key(left), UnicodeText.Key(right));
}
