namespace Conclave.Tests.Workspace.Files;

/// <summary>Names that must be refused, by what is wrong with them, and names that must not.</summary>
internal static class HostileNames
{
    public static readonly string[] All =
    [
        // Nothing, too much, or not Unicode.
        "", " ", new('a', 1025), new('é', 600), $"{new string('a', 201)}.txt", $"src/{new string('ü', 101)}", string.Join('/', Enumerable.Repeat("d", 33)),
        "a\uD800", "\uDC00a", "a/\uD83D/b", "\uDE00\uD83D",

        // Out of the project.
        "..", ".", "...", "../x", "a/../../x", "a/..", "a/../b", "./x", "a/./b", "a/.../b", "....//x", "..../x", "a/....", "..\\x", "..\\..\\windows\\system32\\x", "a\\b", "\\x", "a/..\\..\\x",
        "/etc/passwd", "//server/share/x", "/", "//", "\\\\server\\share\\x", "\\\\?\\C:\\x", "/../x", "a//b", "a/", "/a/", "a///b",
        "C:x", "C:/x", "c:\\x", "file:///etc/passwd", "http://evil/x",

        // Home folders, variables, commands.
        "~/.ssh/authorized_keys", "~", "~root/.bashrc", "a/~/x", "~+/x", "$HOME/x", "$home/x", "${HOME}/x", "a/${IFS}b", "$(id)", "a/$(touch x)/b", "`id`", "%APPDATA%/x", "%USERPROFILE%\\x", "$TMPDIR/x", "src/$PATH",

        // Encoded dots and separators.
        "%2e%2e/x", "%2E%2E%2Fx", "..%2fx", "a%2Fb", "a%5cb", "%252e%252e%252fx", "a%c0%afb", "%c0%ae%c0%ae/x", "a%u2215b", "a%00.txt", "C%3Ax", "%e0%80%af",

        // Look-alikes of separators and dots.
        "\uFF0E\uFF0E/x", "a\uFF0Fb", "a\uFF3Cb", "a\u2215b", "a\u2044b", "a\u29F8b", "a\u2216b", "\u2024\u2024/x", "\u2025/x", "a\u2026", "\uFE52\uFE52/x", "a\uFE68b",

        // What can't be seen.
        "a\0b", "a\nb", "a\rb", "a\tb", "a\u001B[31mb", "a\u007Fb", "a\u0085b", "a\u009Bb", "a\u202Egnp.exe", "\u2066a\u2069", "a\u200Bb", "a\u200Cb", "a\u200Db", "\uFEFFa", "a\u00ADb", "a\u2028b", "a\u2029b",
        "a\uE000b", "a\u2060b", "a\u180Eb", "a\u3164b", "a\u115Fb", "a\u034Fb", "a\uFFFEb", "a\uFFF9b", "a\U000E0041b", "a\U000F0000b",

        // Characters with a meaning.
        "a:b", "a.txt::$DATA", "a.txt:stream", "a<b", "a>b", "a\"b", "a|b", "a?b", "a*b", "*", "a/*/b", "con:",

        // Two spellings of one name.
        "cafe\u0301.txt", "A\u030A/x", "\u212B.txt", "s\u0323\u0307.txt", "a\u0323\u0307\u0323.txt", "\u0958.txt", "\uFA10.txt", "\u1100\u1161.txt",

        // Ends and beginnings that systems or tools drop or read otherwise.
        "trail.", "trail ", "a./b", "a /b", "a/b.", "dir/ ", " lead", "a/ lead", "\u00A0lead", "trail\u3000", "-rf", "a/-rf", "--help", "-", "@response.rsp", "a/@args", "a. ", "a/.. ", "a/ ..",

        // Devices of Windows.
        "con", "CON", "con.txt", "Con.tar.gz", "src/aux.c", "prn", "nul", "NUL.txt", "nul .txt", "com1", "COM9.log", "com0", "COM\u00B9", "COM\u00B2.txt", "lpt1.txt", "LPT\u00B3", "conin$", "CONOUT$", "a/con/b", "clock$", "aux.h",

        // Short names.
        "git~1/config", "GIT~1", "PROGRA~1/x", "a~1.txt", "x~12", "src/MAKEFI~2",

        // git's own.
        ".git/config", ".GIT/config", ".Git", ".gIt/hooks/post-commit", "sub/.git/config", "sub/.git", "a/.GIT/HEAD", ".g\u200Cit/config", ".git./config", ".git /config", ".git::$INDEX_ALLOCATION/config", ".\uFF47\uFF49\uFF54/config",
        ".g\u0131t/config", ".G\u0130T/config", "\u2024git/config", ".gi\u20DDt\u200D/config",
    ];

    public static readonly string[] Ordinary =
    [
        "README.md", "a", "a.b", "LICENSE", "Makefile", "Dockerfile", "src/app.py", "src/__init__.py", "src/main/java/com/example/App.java", "package.json", "package-lock.json", "tsconfig.json",
        ".gitignore", ".gitkeep", ".gitattributes", ".github/workflows/ci.yml", ".env.example", ".editorconfig", ".dockerignore", ".eslintrc.json", "docs/decisions/0001-storage.md",
        "tests/acceptance/test_links.py", "static/css/site.css", "static/img/logo@2x.png", "pages/[id].tsx", "pages/[...slug].tsx", "app/(group)/page.tsx", "routes/+page.svelte", "routes/$userId.tsx", "routes/_index.tsx",
        "src/Program.cs", "src/My Project/File With Spaces.txt", "C#/Program.cs", "a+b=c.txt", "a,b;c.txt", "100%.txt", "50% off.md", "o'neil.txt", "x^y.txt", "a&b.txt", "a!b.txt", "{{cookiecutter.name}}/setup.py",
        "café.txt", "naïve.md", "日本語/ファイル.txt", "한국어.txt", "Привет.md", "שלום.txt", "नमस्ते.txt", "emoji-🚀.md", "ñandú/Ünïcode.cs", "straße.txt",
        "console.log", "com.py", "comma.txt", "auxiliary.c", "nullable.cs", "concat.js", "lpt.txt", "com10.txt", "prince.txt", "contact/con-fig.txt",
        "git", "gitconfig.txt", "my.git.txt", "repo.git.md", ".gitx", "x.git/readme.md", "digit/it.txt", "a-b", "a-", "a@b.txt", "v1.2.3/notes.md", "a..b", "..a", ".a", "a~b.txt", "file~", "_", "0", "node_modules.md",
        string.Join('/', Enumerable.Repeat("d", 32)), new('a', 200),
    ];
}
