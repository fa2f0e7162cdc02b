using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Server.Hosting;

/// <summary>Where results go: never over something that is there.</summary>
public static partial class OutputDirectory
{
    private const int MaxName = 40;

    /// <summary>Why nothing can be delivered there; null when it can.</summary>
    public static Refusal? Check(string path)
    {
        if (File.Exists(path))
        {
            return new Refusal(RefusalKind.Invalid, $"CONC201 the output directory {path} is a file", "choose another with --output");
        }

        return Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()
            ? new Refusal(RefusalKind.Invalid, $"CONC201 the output directory {path} is not empty; nothing was changed in it", "choose another with --output, or empty it")
            : null;
    }

    /// <summary>A directory in <paramref name="parent"/> named after the description, with a number when that name is taken.</summary>
    public static string Propose(string parent, string name)
    {
        var slug = Slug(name);
        var path = Path.Combine(parent, slug);
        for (var number = 2; Check(path) is not null; number++)
        {
            path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{slug}-{number}"));
        }

        return path;
    }

    /// <summary>The first words of a text as a file name: <c>a-url-shortener-with-a-web-page</c>.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var clean in Words().Matches(text.ToLowerInvariant()).Select(match => match.Value))
        {
            if (slug.Length + clean.Length > MaxName && slug.Length > 0)
            {
                break;
            }

            slug.Append(slug.Length == 0 ? "" : "-").Append(clean.Length > MaxName ? clean[..MaxName] : clean);
        }

        return slug.Length == 0 ? "project" : slug.ToString();
    }

    [GeneratedRegex("[a-z0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
