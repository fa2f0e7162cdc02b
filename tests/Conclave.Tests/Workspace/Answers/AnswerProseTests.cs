using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

/// <summary>What an agent says beside its files is told apart from them, whatever form they have.</summary>
public sealed class AnswerProseTests
{
    [Theory]
    [InlineData("The counter was off.\n\n<file path=\"a.py\">\nx = 1\n</file>\n")]
    [InlineData("The counter was off.\n\n**a.py**\n```python\nx = 1\n```\n")]
    [InlineData("The counter\nwas off.\n\n### `a.py`\n\n```python\nx = 1\n```\nNow it runs.\n")]
    [InlineData("The counter was off.\n\n*** Begin Patch\n*** Add File: a.py\n+x = 1\n*** End Patch\n")]
    [InlineData("The counter was off.\n\n```diff\n--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 0\n+x = 1\n```\n")]
    [InlineData("The counter was off.\n\na.py\n<<<<<<< SEARCH\nx = 0\n=======\nx = 1\n>>>>>>> REPLACE\n")]
    [InlineData("<think>\nmaybe <file path=\"b.py\">\n</think>\nThe counter was off.\n<write_to_file>\n<path>a.py</path>\n<content>\nx = 1\n</content>\n</write_to_file>\n")]
    [InlineData("<file path=\"a.py\">\nx = 1\n</file>\nThe counter was off.\n")]
    [InlineData("The counter was off.")]
    public void The_words_come_without_the_files_and_their_names(string answer) => Assert.Equal("The counter was off.", AnswerOutline.Prose(answer));

    [Theory]
    [InlineData("{\"files\": [{\"path\": \"a.py\", \"content\": \"x = 1\\n\"}]}")]
    [InlineData("<file path=\"a.py\">\nThis is no word of the agent.\n</file>\n")]
    public void An_answer_of_nothing_but_files_says_nothing(string answer) => Assert.Equal("", AnswerOutline.Prose(answer));
}
