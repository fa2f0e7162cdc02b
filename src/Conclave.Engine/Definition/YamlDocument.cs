using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Conclave.Engine.Definition;

/// <summary>
/// Reads one YAML document behind a gate: size, depth, events and aliases are bounded by walking the event stream first,
/// because the parser's own tree builder ends the process on deep nesting (about 6,000 levels, 12 KB of text).
/// </summary>
public static class YamlDocument
{
    /// <summary>The largest file that is read, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>The most events (scalars, starts and ends) that are read.</summary>
    public const int MaxEvents = 50_000;

    /// <summary>The root mapping of the document; null with at least one problem when there is none.</summary>
    /// <param name="hint">How such a file begins, for who has an empty one.</param>
    public static YamlMappingNode? Read(string text, string file, ICollection<Problem> problems, string? hint = null)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            problems.Add(new Problem("CONC001", new SourcePosition(file, 1, 1), "the file is larger than 1 MiB", "split it"));
            return null;
        }

        try
        {
            if (!Gate(text, file, problems))
            {
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return Root(stream, file, problems, hint);
        }
        catch (YamlException error)
        {
            problems.Add(Syntax(error, text, file));
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException
                                          or OverflowException or IndexOutOfRangeException)
        {
            // Measured on mutated files: the parser throws these in rare states instead of its own exception.
            problems.Add(new Problem("CONC002", new SourcePosition(file, 1, 1), $"this is not YAML: {error.Message}"));
            return null;
        }
    }

    private static bool Gate(string text, string file, ICollection<Problem> problems)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        for (var events = 0; parser.MoveNext(); events++)
        {
            depth += parser.Current!.NestingIncrease;
            var refusal = parser.Current switch
            {
                AnchorAlias alias => ($"the alias `*{alias.Value}` is not supported", "write the value out"),
                NodeEvent { Anchor.IsEmpty: false } node => ($"the anchor `&{node.Anchor.Value}` is not supported", "write the value out where it is used"),
                _ when depth > MaxDepth => ($"the nesting is deeper than {MaxDepth} levels", "flatten it"),
                _ when events >= MaxEvents => ($"the file has more than {MaxEvents} values", "split it"),
                _ => default((string What, string Fix)?),
            };
            if (refusal is var (what, fix))
            {
                problems.Add(new Problem("CONC001", At(parser.Current.Start, file), what, fix));
                return false;
            }
        }

        return true;
    }

    private static YamlMappingNode? Root(YamlStream stream, string file, ICollection<Problem> problems, string? hint)
    {
        switch (stream.Documents)
        {
            case [{ RootNode: YamlMappingNode root }]:
                return root;
            case []:
                problems.Add(new Problem("CONC002", new SourcePosition(file, 1, 1), "the file is empty", hint));
                return null;
            case [var only]:
                problems.Add(new Problem("CONC002", At(only.RootNode.Start, file), "the file must be a map of keys", hint));
                return null;
            default:
                problems.Add(new Problem("CONC002", At(stream.Documents[1].RootNode.Start, file), "the file holds more than one document", "remove what follows `---`"));
                return null;
        }
    }

    /// <summary>The place of a parser's mark in a file.</summary>
    internal static SourcePosition At(in Mark mark, string file) =>
        new(file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static Problem Syntax(YamlException error, string text, string file)
    {
        var lines = text.Split('\n');
        var tab = Array.FindIndex(lines, line => line.TrimStart(' ').StartsWith('\t'));
        if (tab >= 0)
        {
            // The parser names a place before it.
            return new Problem("CONC002", new SourcePosition(file, tab + 1, 1), "a line is indented with a tab", "YAML wants spaces");
        }

        if (error.Message.StartsWith("Duplicate key", StringComparison.Ordinal))
        {
            var start = lines.ElementAtOrDefault((int)error.Start.Line - 1) ?? "";
            var key = start[Math.Clamp((int)error.Start.Column - 1, 0, start.Length)..].Split(':')[0].Trim();
            return new Problem("CONC085", At(error.Start, file), $"the key `{key}` stands twice in one map", "keep one of them");
        }

        var line = lines.ElementAtOrDefault(Math.Max(0, (int)error.Start.Line - 1)) ?? "";
        var fix = line.Contains("${{", StringComparison.Ordinal) ? "an expression inside `{ ... }` or before a `: ` needs quotes: \"${{ ... }}\"" : null;
        return new Problem("CONC002", At(error.Start, file), $"this is not YAML: {error.Message}", fix);
    }
}
