using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Conclave.Engine.Definition.Expressions;

/// <summary>Prompts: texts whose values stand between tags such as <c>&lt;description&gt;</c>, which mark them as data.</summary>
public static partial class DelimitedTemplate
{
    private const string Task = "task";

    /// <summary>
    /// As <see cref="Template.Expand"/>, but no value can open or close a tag that the prompt puts around values: where one holds such a tag, all these tags
    /// get a suffix that no value holds. Values stay as they are, since code and other data must not change on the way to a model.
    /// </summary>
    /// <exception cref="ExpressionException">A value is null, or a type is wrong.</exception>
    public static string ExpandDelimited(this Template template, ExpressionContext context)
    {
        ImmutableArray<string> values = [.. template.Expressions.Select(expression => ExpressionValues.Display(ExpressionEvaluator.Evaluate(expression, context)))];
        var tags = Delimiters(template);
        var suffix = values.Any(value => Holds(value, tags)) ? Suffix(values) : "";
        var text = new StringBuilder();
        var next = 0;
        foreach (var (literal, _, _) in template.Parts)
        {
            text.Append(literal is null ? values[next++] : suffix.Length == 0 ? literal : Tag().Replace(literal, tag => Suffixed(tag, tags, suffix)));
        }

        return text.ToString();
    }

    // The tags that are open where an expression stands and close after it. The task's own is read by machines and stands around all of them.
    private static ImmutableHashSet<string> Delimiters(Template template)
    {
        var (open, around, found) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var (literal, expression, _) in template.Parts)
        {
            if (expression is not null)
            {
                around.UnionWith(open);
            }

            foreach (Match tag in Tag().Matches(literal ?? ""))
            {
                var name = tag.Groups["name"].Value;
                if (tag.Groups["slash"].Length == 0)
                {
                    open.Add(name);
                }
                else if (open.Remove(name) && around.Contains(name))
                {
                    found.Add(name);
                }
            }
        }

        return found.ToImmutable().Remove(Task);
    }

    private static bool Holds(string value, ImmutableHashSet<string> tags) => Tag().Matches(value).Any(tag => tags.Contains(tag.Groups["name"].Value));

    // Whoever writes a value can't know the hash of all of them before it is written.
    private static string Suffix(ImmutableArray<string> values) =>
        "-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', values))))[..8];

    private static string Suffixed(Match tag, ImmutableHashSet<string> tags, string suffix)
    {
        var name = tag.Groups["name"];
        var end = name.Index - tag.Index + name.Length;
        return tags.Contains(name.Value) ? tag.Value[..end] + suffix + tag.Value[end..] : tag.Value;
    }

    // <description>, </ Description >, <files author="
    [GeneratedRegex(@"<\s*(?<slash>/?)\s*(?<name>[A-Za-z][A-Za-z0-9_-]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
