using Conclave.Engine.Execution.Calls;

namespace Conclave.Tests.Engine.Execution;

/// <summary>Parts of an answer that was cut off and continued come together as one text.</summary>
public sealed class ContinuedTextTests
{
    [Theory]
    [InlineData("one ", "two", "one two")]
    [InlineData("", "two", "two")]
    [InlineData("one", "", "one")]
    [InlineData("def total(items):\n    return sum(item.pri", "    return sum(item.price for item in items)\n", "def total(items):\n    return sum(item.price for item in items)\n")]
    [InlineData("The colour of the house", "The colour of the house is red.", "The colour of the house is red.")]
    public void What_is_said_again_at_the_seam_is_not_said_twice(string before, string more, string whole) => Assert.Equal(whole, ContinuedText.Join(before, more));

    [Theory]
    [InlineData("    }\n    }\n", "    }\n    }\n")]
    [InlineData("<td>cell</td>\n<td>cell</td>\n", "<td>cell</td>\n<td>cell</td>\n")]
    [InlineData("the end of it", "end of it all")]
    [InlineData("a, a, a, a, a, a, a, a, ", "a, a, a, a, a, a, a, a, ")]
    public void What_repeats_itself_by_its_nature_is_left_alone(string before, string more) => Assert.Equal(before + more, ContinuedText.Join(before, more));
}
