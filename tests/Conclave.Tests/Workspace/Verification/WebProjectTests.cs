using Conclave.Workspace.Verification;

namespace Conclave.Tests.Workspace.Verification;

public sealed class WebProjectTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    [Fact]
    public async Task A_page_whose_files_all_exist_is_fine_but_has_no_tests()
    {
        var report = await fixture.Verify(
            ("web/index.html", """
                <!DOCTYPE html>
                <html lang=en><head><title>A < B</title>
                <!-- <script src="gone.js"></script> -->
                <link rel="stylesheet" href="css/a.css?v=1"><link rel="icon" href="favicon.ico">
                <link rel="preconnect" href="https://example.com">
                <script>if (1 < 2) { document.write("<script src='x.js'>") }</script>
                </head><body class='x' data-x hidden>
                <img src="data:image/png;base64,AAAA"><img src="//cdn.example.com/a.png"><img src='a%20b.svg'/>
                <script type=module src=./js/app.js></script><script src="/static/deep.js"></script>
                <a href="other.html#part">x</a><a href="#top">x</a><a href="/about">x</a><a href="mailto:a@b.c">x</a><img src="{{ url }}">
                </body></html>
                """),
            ("web/css/a.css", ""), ("web/js/app.js", ""), ("web/a b.svg", ""), ("web/other.html", ""), ("web/assets/deep.js", ""));

        Assert.Equal((VerificationOutcome.Unverified, "there are no tests"), (report.Outcome, report.Reason + FailureExcerpt.Of(report, 1000)));
        Assert.Equal(["web", "web"], report.Commands.Select(command => command.Stack));
    }

    [Theory]
    [InlineData("<script src='gone.js'></script>", "index.html: gone.js: MissingFile: <script> refers to a file that does not exist")]
    [InlineData("<link rel=stylesheet href=css/gone.css>", "index.html: css/gone.css: MissingFile: <link> refers to a file that does not exist")]
    [InlineData("<img src='../../etc/passwd'>", "index.html: ../../etc/passwd: MissingFile: <img> refers to a file that does not exist")]
    [InlineData("<a href='gone.html'>x</a>", "index.html: gone.html: MissingFile: <a> refers to a file that does not exist")]
    [InlineData("<script src='/gone.js'></script>", "index.html: /gone.js: MissingFile: <script> refers to a file that does not exist")]
    [InlineData("<p>\n<script>let x = 1;", "index.html: InvalidHtml: <script> in line 2 is never closed")]
    [InlineData("<p class=\"x>text", "index.html: InvalidHtml: a quote in <p> in line 1 is never closed")]
    [InlineData("<p><div", "index.html: InvalidHtml: <div> in line 1 is never closed")]
    [InlineData("<p><!-- text", "index.html: InvalidHtml: a comment in line 1 is never closed")]
    [InlineData("<p>\n<script>\nlet x = ;</script>", "index.html: SyntaxError: Unexpected token ';'")]
    [InlineData("<p>\n<script type=module>import x from './y.js'; let x;</script>", "index.html: SyntaxError: Identifier 'x' has already been declared")]
    [InlineData("<style>p { background: url('gone.png'); }</style><link rel=stylesheet href=a.css>", "a.css: img/gone.png: MissingFile: the style sheet refers to a file that does not exist")]
    [InlineData("<p><a href='second.html'>x</a>", "second.html: gone.js: MissingFile: <script> refers to a file that does not exist")]
    [InlineData("<script src=broken.js></script>", "broken.js: SyntaxError: Unexpected token '}'")]
    [InlineData("just text", "index.html: InvalidHtml: it has no tags")]
    public async Task A_page_that_is_broken_is_red(string html, string problem)
    {
        (string Path, string Content)[] others =
        [
            ("a.css", "/* url(no) */ p { background: url(\"img/gone.png\") } q { background: url(data:x) }"),
            ("second.html", "<script src='gone.js'></script>"),
            ("broken.js", "function f() { }}\n"),
        ];

        var report = await fixture.Verify([("index.html", html), .. others.Where(file => html.Contains(file.Path, StringComparison.Ordinal))]);

        Assert.Equal((VerificationOutcome.Red, $"web: {problem}"), (report.Outcome, report.Reason));
    }

    [Fact]
    public async Task A_page_is_checked_beside_the_tests_of_its_backend()
    {
        var report = await fixture.Verify(
            ("frontend/index.html", "<script src='app.js'></script>"),
            ("frontend/app.js", "let x = 1;\n"),
            ("templates/index.html", "<link rel=stylesheet href='{{ css }}'><script src='made-by-the-server.js'></script>"),
            ("test_a.py", "def test_a(): assert __file__\n"));

        Assert.Equal((VerificationOutcome.Verified, "1 tests passed"), (report.Outcome, report.Reason));
        Assert.Equal(["python", "python", "web", "web"], report.Commands.Select(command => command.Stack));
    }
}
