using System.Reflection;
using System.Text.RegularExpressions;

namespace Conclave.Tests.Promises;

/// <summary><c>docs/promises.md</c> and the tests say the same.</summary>
public sealed partial class PromiseListTests
{
    private static readonly ILookup<int, MethodInfo> Tests = typeof(PromiseListTests).Assembly.GetTypes()
        .Select(type => (Type: type, Promise: type.GetCustomAttribute<PromiseAttribute>()))
        .Where(pair => pair.Promise is not null)
        .SelectMany(pair => pair.Type.GetMethods().Where(IsTest).Select(method => (pair.Promise!.Number, method)))
        .ToLookup(pair => pair.Number, pair => pair.method);

    [Fact]
    public void Each_of_the_six_promises_has_tests_that_hold_it_and_mutations_that_turn_them_red()
    {
        Assert.Equal([1, 2, 3, 4, 5, 6], Tests.Select(group => group.Key).Order());
        Assert.All(Tests, promise =>
        {
            Assert.Contains(promise, method => method.GetCustomAttribute<MutationAttribute>() is null);
            Assert.Contains(promise, method => method.GetCustomAttribute<MutationAttribute>() is not null);
        });
    }

    [Fact]
    public void The_page_names_every_test_and_mutation_of_each_promise_and_nothing_that_does_not_exist()
    {
        foreach (var (number, section) in Sections())
        {
            var listed = Names().Matches(section).Select(match => match.Groups["name"].Value).ToList();
            Assert.Equal(listed.Count, listed.Distinct().Count());
            Assert.All(listed, name => Assert.True(Exists(name), $"promise {number}: there is no test {name}"));
            Assert.Empty(Tests[number].Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Except(listed));
        }
    }

    [Fact]
    public void The_page_has_mutations_where_it_says_so()
    {
        foreach (var (number, section) in Sections())
        {
            var parts = section.Split("Turned red by");
            Assert.Equal(2, parts.Length);
            var red = Names().Matches(parts[1]).Select(match => match.Groups["name"].Value).Order();
            Assert.Equal(Tests[number].Where(method => method.GetCustomAttribute<MutationAttribute>() is not null).Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Order(), red);
        }
    }

    private static bool IsTest(MethodInfo method) => method.GetCustomAttributes().Any(attribute => attribute is FactAttribute);

    // Tests beside those of the promises are listed too, those of the real program among them, which are in another assembly and are looked up in its source.
    private static bool Exists(string name)
    {
        var parts = name.Split('.');
        return typeof(PromiseListTests).Assembly.GetTypes().Any(type => type.Name == parts[0] && type.GetMethods().Any(method => method.Name == parts[1] && IsTest(method)))
            || Repository.Files("tests/Conclave.EndToEnd", $"{parts[0]}.cs").Any(file => Repository.Read(file).Contains($" {parts[1]}(", StringComparison.Ordinal));
    }

    private static IEnumerable<(int Number, string Text)> Sections()
    {
        var sections = Repository.Read("docs/promises.md").Split("\n## ")[1..];
        Assert.Equal(6, sections.Length);
        return sections.Select((text, index) =>
        {
            Assert.StartsWith($"{index + 1}. ", text, StringComparison.Ordinal);
            return (index + 1, text);
        });
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+\\.[A-Z][A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
