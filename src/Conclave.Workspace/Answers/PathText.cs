using System.Collections.Frozen;

namespace Conclave.Workspace.Answers;

/// <summary>Tells names of files from other words. A name is only ever taken from the answer as it stands there.</summary>
internal static class PathText
{
    private const int MaxLength = 260;

    private static readonly FrozenSet<string> Endings = FrozenSet.ToFrozenSet((
        "abap ada adb ads adoc applescript as asciidoc asm astro avsc awk axaml bas bash bat bats bib bicep blade bzl c cabal cc cfg cfm cgi cjs cl clj cljc cljs cls cmake cmd cnf coffee conf config cpp cr cs cshtml csproj css csv cts cu cue cxx cypher "
        + "d dart dat def desktop diff dockerfile dockerignore dot editorconfig edn ejs el elm env erb erl ex example exs f f90 feature fish frag fs fsi fsproj fsx gd gemspec geojson gitignore gleam glsl go gql gradle graphql groovy gv gyp h haml handlebars hbs hcl hh hjson "
        + "hpp hrl hs htm html http hxx ics idl ini ino ipynb iss j2 java jinja jinja2 jl js json json5 jsonc jsonl jsonnet jsp jsx kt kts ksh l latex ld less lhs liquid lisp lock log lua m m4 mak makefile map markdown md mdx mermaid mjs mk ml mli mm mmd mod mts mustache "
        + "ndjson nim nix njk nu odin org pas patch php phtml pl plist plpgsql po pony pot prefs pri pro profile prisma properties proto ps1 psd1 psm1 pug puml purs py pyi pyx qml r rake razor rb rbi re res resx rkt robot ron rs rst rules sass sbt scala scm scss sed "
        + "service sh shader sln slnx sml sol sql sqlite srt ss st styl sum sv svelte svg swift t tcl templ template test tex textproj tf tfvars thrift timer tmpl toml tpl ts tsv tsx twig txt typ udl ui v vala vb vbproj vbs vert vhd vhdl vim vue vtt wasm wat webmanifest wgsl wsgi xaml xhtml "
        + "xib xml xsd xsl xslt yaml yang yml zig zsh pdf rtf")
        .Split(' '), StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
        [
            "Dockerfile", "Containerfile", "Makefile", "GNUmakefile", "Rakefile", "Gemfile", "Procfile", "Jenkinsfile", "Vagrantfile", "Caddyfile", "Brewfile", "Podfile", "Fastfile", "Justfile", "Tiltfile", "Earthfile",
            "Pipfile", "LICENSE", "NOTICE", "AUTHORS", "CODEOWNERS", "BUILD", "WORKSPACE", "gradlew", "mvnw", "artisan", "manage",
        ],
        StringComparer.OrdinalIgnoreCase);

    // Products that are called like files.
    private static readonly FrozenSet<string> Products = FrozenSet.ToFrozenSet(
        ["Node.js", "NodeJS.js", "Next.js", "Vue.js", "React.js", "Express.js", "Nuxt.js", "Nest.js", "Three.js", "Angular.js", "Ember.js", "Backbone.js", "Alpine.js", "D3.js", "Chart.js", "Moment.js", "Socket.io", "ASP.NET"],
        StringComparer.Ordinal);

    /// <summary>Whether a word in a text can only be meant as the name of a file: <c>src/app.py</c>, <c>Dockerfile</c>, <c>.gitignore</c>, <c>app\x.cs</c>.</summary>
    public static bool IsName(string text) => HasShape(text) && !Products.Contains(text) && IsKnown(Last(text), text.AsSpan().ContainsAny('/', '\\'));

    /// <summary>Whether it can be a name where the answer says that one stands: <c>path="LICENSE-MIT"</c>.</summary>
    public static bool CanBeName(string text) => text.Length is > 0 and <= MaxLength && text.Trim() == text && !text.EndsWith('/') && !text.AsSpan().ContainsAny("\n\r\0<>") && !text.Contains("://", StringComparison.Ordinal);

    /// <summary>Without a leading <c>./</c>, with <c>/</c> between segments.</summary>
    public static string Clean(string path)
    {
        var clean = path.Contains('/', StringComparison.Ordinal) ? path : path.Replace('\\', '/');
        while (clean.StartsWith("./", StringComparison.Ordinal))
        {
            clean = clean[2..];
        }

        return clean;
    }

    /// <summary>Whether a name says which file the other one means: <c>src/app.py</c> for <c>app.py</c>.</summary>
    public static bool Completes(string longer, string path) => longer.Length > path.Length && longer.EndsWith('/' + path, StringComparison.Ordinal);

    /// <summary>What is after the last dot; all of a name without one.</summary>
    public static string Ending(string path) => Last(path) is var name && name.LastIndexOf('.') is var dot && dot >= 0 ? name[(dot + 1)..].ToLowerInvariant() : name.ToLowerInvariant();

    private static string Last(string path) => path[(path.AsSpan().LastIndexOfAny('/', '\\') + 1)..];

    // Letters of every script, and what the frameworks put into names: [id].tsx, $handle.tsx, (group)/page.tsx, @slot, a+b.ts, ~x
    private static bool HasShape(string text)
    {
        if (text.Length is < 2 or > MaxLength || text.Contains("://", StringComparison.Ordinal) || text.Contains("//", StringComparison.Ordinal) || text.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        foreach (var letter in text)
        {
            if (!char.IsLetterOrDigit(letter) && !char.IsSurrogate(letter) && letter is not ('.' or '_' or '-' or '/' or '\\' or '+' or '@' or '[' or ']' or '(' or ')' or '$' or '~' or '#' or ':' or '\'' or '{' or '}' or '%'))
            {
                return false;
            }
        }

        // Only as a drive, and a call is no name.
        return (text.LastIndexOf(':') is -1 or 1) && !text.EndsWith("()", StringComparison.Ordinal) && text[^1] is not ('.' or '/' or '\\' or ':' or '-');
    }

    private static bool IsKnown(string name, bool hasFolder)
    {
        var dot = name.LastIndexOf('.');
        if (dot < 0)
        {
            return Names.Contains(name) && (hasFolder || char.IsUpper(name[0]) || name is "makefile" or "gradlew" or "mvnw");
        }

        var ending = name.AsSpan(dot + 1);
        // .gitignore, .env, .eslintrc; not .5 and not .method of a class
        if (dot == 0)
        {
            return ending.Length > 1 && char.IsAsciiLetterLower(ending[0]) && (hasFolder || IsDotFile(name));
        }

        return Endings.GetAlternateLookup<ReadOnlySpan<char>>().Contains(ending) && !IsNumber(name[..dot]) || (IsDotFile(name) && name[0] == '.') || (hasFolder && ending.Length is > 0 and <= 12 && char.IsAsciiLetter(ending[0]) && IsWord(ending));
    }

    private static bool IsDotFile(string name) =>
        name.StartsWith(".env", StringComparison.Ordinal) || name.EndsWith("rc", StringComparison.Ordinal) || name.EndsWith("ignore", StringComparison.Ordinal)
        || name is ".editorconfig" or ".gitattributes" or ".gitmodules" or ".gitkeep" or ".htaccess" or ".python-version" or ".node-version" or ".tool-versions" or ".flake8" or ".profile" or ".bash_profile" or ".browserslist" or ".nojekyll";

    private static bool IsNumber(string text) => text.All(letter => char.IsAsciiDigit(letter) || letter == '.');

    private static bool IsWord(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
