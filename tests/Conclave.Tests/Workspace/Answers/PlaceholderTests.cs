using Conclave.Workspace.Answers;

namespace Conclave.Tests.Workspace.Answers;

public sealed class PlaceholderTests
{
    [Theory]
    [InlineData("app.py", "# ... existing code ...")]
    [InlineData("app.js", "// ... existing code ...")]
    [InlineData("app.js", "  // rest of the code unchanged")]
    [InlineData("app.js", "// ...rest of your code")]
    [InlineData("app.js", "/* ... rest of the file remains the same ... */")]
    [InlineData("app.jsx", "{/* ... existing code ... */}")]
    [InlineData("index.html", "<!-- rest of the page unchanged -->")]
    [InlineData("index.html", "<!-- ... -->")]
    [InlineData("app.sql", "-- ... remaining tables ...")]
    [InlineData("app.lisp", ";; rest of the file is unchanged")]
    [InlineData("app.tex", "% ... existing content ...")]
    [InlineData("app.vb", "' ... existing code ...")]
    [InlineData("app.py", "# The rest of the file stays the same.")]
    [InlineData("app.py", "# (rest of the code remains unchanged)")]
    [InlineData("app.py", "# [Rest of the implementation here]")]
    [InlineData("app.py", "# the rest of your code here")]
    [InlineData("app.py", "# other methods remain unchanged")]
    [InlineData("app.py", "# Other imports as before")]
    [InlineData("app.py", "# existing code here")]
    [InlineData("app.py", "# Previous code")]
    [InlineData("app.py", "# ... (unchanged)")]
    [InlineData("app.py", "# ... same as before ...")]
    [InlineData("app.py", "# … existing imports …")]
    [InlineData("app.ts", "// ...")]
    [InlineData("app.ts", "  # ...")]
    [InlineData("app.ts", "// ... other routes")]
    [InlineData("app.ts", "// ... more handlers ...")]
    [InlineData("app.ts", "// ... keep the rest")]
    [InlineData("app.ts", "... existing code ...")]
    [InlineData("app.ts", "[... rest of the code ...]")]
    [InlineData("app.ts", "// imports omitted for brevity")]
    [InlineData("app.ts", "// Remaining code omitted for brevity")]
    [InlineData("app.ts", "// truncated for brevity")]
    [InlineData("app.ts", "// everything else stays the same")]
    [InlineData("app.ts", "// code unchanged")]
    [InlineData("README.md", "<!-- rest of the document unchanged -->")]
    [InlineData("README.md", "... rest of the file unchanged ...")]
    public void A_line_that_stands_for_code_left_out_is_a_problem(string path, string line)
    {
        var reading = FileSetReader.Read($"<file path=\"{path}\">\nfirst\n{line}\nlast\n</file>");

        Assert.Equal($"`{path}` is not whole: line 2 stands for code that is left out (`{line.Trim()}`). Send the whole file.", Assert.Single(reading.Problems));
    }

    [Theory]
    [InlineData("app.js", "...rest")]
    [InlineData("app.js", "...rest,")]
    [InlineData("app.js", "  ...existing")]
    [InlineData("app.js", "...(other ?? {})")]
    [InlineData("app.py", "...")]
    [InlineData("app.pyi", "    ...")]
    [InlineData("app.py", "# Take the rest of the arguments")]
    [InlineData("app.py", "# the rest of the code assumes that this is set")]
    [InlineData("app.py", "# rest of the arguments")]
    [InlineData("app.py", "# Loading existing data...")]
    [InlineData("app.py", "# same as above")]
    [InlineData("app.py", "# keep the original order")]
    [InlineData("app.py", "# Everything else is a 404")]
    [InlineData("app.py", "# existing rows are unchanged")]
    [InlineData("app.py", "# remaining")]
    [InlineData("app.py", "# unchanged")]
    [InlineData("app.py", "print('... existing code ...')")]
    [InlineData("app.py", "text = \"# rest of the code unchanged\"")]
    [InlineData("app.py", "# ......................")]
    [InlineData("app.py", "# ----------------------")]
    [InlineData("app.css", ".rest { color: red; }")]
    [InlineData("app.c", "// TODO: other platforms")]
    [InlineData("app.c", "#include <rest.h>")]
    [InlineData("README.md", "The rest of the code is unchanged since 1.0.")]
    [InlineData("README.md", "# ... and more")]
    [InlineData("README.md", "    // ...")]
    [InlineData("README.md", "... more to come")]
    [InlineData("app.sh", "echo ... the rest")]
    public void Ordinary_lines_are_none(string path, string line) =>
        Assert.Empty(FileSetReader.Read($"<file path=\"{path}\">\nfirst\n{line}\nlast\n</file>").Problems);
}
