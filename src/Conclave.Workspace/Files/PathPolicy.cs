using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Workspace.Files;

/// <summary>
/// Which names files of a project may have. It allows only what means the same file, inside the project, on Linux, macOS and Windows, and what no
/// shell, tool or git reads as something else. The usual <c>GetFullPath(...).StartsWith(root)</c> lets most hostile names pass.
/// </summary>
public static partial class PathPolicy
{
    /// <summary>The longest path, in bytes of UTF-8.</summary>
    public const int MaxPathBytes = 1024;

    /// <summary>The deepest path.</summary>
    public const int MaxSegments = 32;

    /// <summary>The longest name of a file or folder, in bytes of UTF-8.</summary>
    public const int MaxSegmentBytes = 200;

    /// <summary>The most files in one set.</summary>
    public const int MaxFiles = 2000;

    /// <summary>The largest file.</summary>
    public const long MaxFileBytes = 16L << 20;

    /// <summary>The largest set.</summary>
    public const long MaxTotalBytes = 256L << 20;

    // Division slash, fraction slash, big solidus, fullwidth solidus; set minus, small and fullwidth backslash; one, two and three dot leaders, small and fullwidth full stop.
    private static readonly FrozenSet<int> LookAlikes =
        new[] { 0x2215, 0x2044, 0x29F8, 0xFF0F, 0x2216, 0x29F5, 0xFE68, 0xFF3C, 0x2024, 0x2025, 0x2026, 0xFE52, 0xFF0E }.ToFrozenSet();

    // Letters and marks by their category that show as nothing.
    private static readonly FrozenSet<int> Invisible = new[] { 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0 }.ToFrozenSet();

    private static readonly FrozenSet<string> Devices = new[] { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$" }
        .Concat("0123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with a path, as the rest of a sentence that begins with it; null when nothing is.</summary>
    /// <example><c>leads out of the project (`..`)</c></example>
    public static string? Check(string path) =>
        CheckLength(path) ?? CheckCharacters(path) ?? CheckWhole(path) ?? CheckSegments(path.Split('/'));

    /// <summary>All that is wrong with a set of files: with each path, with paths beside each other, and with their number and sizes. Whole sentences.</summary>
    public static ImmutableArray<string> CheckSet(IEnumerable<(string Path, long Bytes)> files)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var set = new PathSet();
        var (count, total) = (0, 0L);
        foreach (var (path, bytes) in files)
        {
            count++;
            total += bytes;
            if ((Check(path) ?? set.Add(path) ?? CheckSize(bytes)) is { } problem)
            {
                problems.Add($"`{Show(path)}` {problem}.");
            }
        }

        if (count > MaxFiles)
        {
            problems.Add($"There are {count} files; the most is {MaxFiles}.");
        }

        if (total > MaxTotalBytes)
        {
            problems.Add($"The files are {total >> 20} MiB together; the most is {MaxTotalBytes >> 20} MiB.");
        }

        return problems.ToImmutable();
    }

    /// <summary>A path as it may be shown: short, and with everything that does not show itself written as <c>\u{202E}</c>.</summary>
    public static string Show(string path)
    {
        var shown = string.Concat(path.EnumerateRunes().Take(120).Select(rune => IsHidden(rune) ? FormattableString.Invariant($"\\u{{{rune.Value:X4}}}") : rune.ToString()));
        return path.EnumerateRunes().Skip(120).Any() ? shown + "…" : shown;
    }

    private static string? CheckLength(string path)
    {
        if (path.Length == 0)
        {
            return "is empty";
        }

        return path.Length > MaxPathBytes || Encoding.UTF8.GetByteCount(path) > MaxPathBytes ? $"is longer than {MaxPathBytes} bytes"
            : IsValidUtf16(path) ? null
            : "is not valid Unicode: half of a surrogate pair stands alone";
    }

    private static string? CheckCharacters(string path)
    {
        Rune? First(Func<Rune, bool> bad) => path.EnumerateRunes().Where(bad).Select(rune => (Rune?)rune).FirstOrDefault();

        return First(IsHidden) is { } hidden ? FormattableString.Invariant($"contains the character U+{hidden.Value:X4}, which can't be seen")
            : path.Contains('\\', StringComparison.Ordinal) ? "contains `\\`; folders are separated by `/`"
            : First(rune => rune.Value is ':' or '<' or '>' or '"' or '|' or '?' or '*') is { } reserved ? $"contains `{reserved}`, which not every file system allows"
            : First(rune => LookAlikes.Contains(rune.Value)) is { } alike ? FormattableString.Invariant($"contains the character U+{alike.Value:X4}, which looks like a separator or dots")
            : null;
    }

    private static string? CheckWhole(string path) => path switch
    {
        _ when !UnicodeText.IsComposed(path) => "is not in Unicode's normal form C, so that the same name could be written in two ways",
        ['/', ..] => "is absolute; paths are relative to the project",
        _ when Home().IsMatch(path) => "begins a name with `~`, which shells take for a home folder",
        _ when Variable().IsMatch(path) => "contains what a shell takes for a variable or command",
        _ when Encoded().IsMatch(path) => "contains a percent-encoded character",
        _ => null,
    };

    private static string? CheckSegments(string[] segments) => segments.Length > MaxSegments
        ? $"is deeper than {MaxSegments} folders"
        : segments.Select(CheckShape).FirstOrDefault(problem => problem is not null)
        ?? segments.Select(CheckMeaning).FirstOrDefault(problem => problem is not null);

    private static string? CheckShape(string segment) => segment switch
    {
        "" => "has an empty name between, before or after `/`",
        _ when segment.All(letter => letter == '.') => $"leads out of its folder (`{segment}`)",
        _ when Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes => $"has a name of more than {MaxSegmentBytes} bytes",
        [.., '.'] => "has a name that ends with a dot",
        [.., var last] when char.IsWhiteSpace(last) => "has a name that ends with a space",
        [var first, ..] when char.IsWhiteSpace(first) => "has a name that begins with a space",
        ['-', ..] => "has a name that begins with `-`, which tools take for an option",
        ['@', ..] => "has a name that begins with `@`, which tools take for a list of options",
        _ => null,
    };

    private static string? CheckMeaning(string segment)
    {
        // `con`, `CON.txt`, `con .tar.gz`: Windows looks at what stands before the first dot.
        if (Devices.Contains(segment.Split('.')[0].TrimEnd()))
        {
            return $"uses `{segment}`, which Windows takes for a device";
        }

        return ShortAlias().IsMatch(segment) ? $"uses `{segment}`, which Windows may take for the short name of another file"
            : IsGitDirectory(segment) ? "uses `.git`, which belongs to git"
            : null;
    }

    private static string? CheckSize(long bytes) => bytes > MaxFileBytes ? $"has {bytes >> 20} MiB; the most is {MaxFileBytes >> 20} MiB" : null;

    // The dotless and the dotted i are no case variants of i, but are taken for them where Turkish rules apply.
    private static bool IsGitDirectory(string segment) => UnicodeText.Key(segment.Replace('ı', 'i').Replace('İ', 'I')) == ".git";

    private static bool IsHidden(Rune rune) => Invisible.Contains(rune.Value) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;

    private static bool IsValidUtf16(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("(^|/)~", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Home();

    // ${HOME}, $(id), $HOME..., a name that is a variable as a whole ($TMPDIR, but not Remix's $userId.tsx), `id`, %APPDATA%
    [GeneratedRegex(@"\$\{|\$\(|\$[hH][oO][mM][eE]|(^|/)\$[A-Z_]{2,}($|/)|`|%[A-Za-z_][A-Za-z0-9_()]*%", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    // A dot, slash, backslash, colon, tilde or NUL, also encoded twice, as overlong UTF-8 or in the form of IIS.
    [GeneratedRegex("%(25)*(2e|2f|5c|3a|7e|00|c0|c1|e0%80|u[0-9a-f]{4})", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Encoded();

    [GeneratedRegex("~[0-9]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShortAlias();
}
