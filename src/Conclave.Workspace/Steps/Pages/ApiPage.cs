using System.Globalization;
using System.Text;
using Conclave.Engine.Council;
using Conclave.Workspace.Delivery;

namespace Conclave.Workspace.Steps.Pages;

/// <summary>The endpoints that the project serves, as they were agreed on.</summary>
internal static class ApiPage
{
    /// <summary>Where it lies.</summary>
    public const string Path = "docs/api.md";

    /// <summary>The page; null for a project that serves nothing.</summary>
    public static string? Of(Contract contract)
    {
        var served = contract.Endpoints.Where(endpoint => endpoint.Side == EndpointSide.Serves).OrderBy(endpoint => endpoint.Path, StringComparer.Ordinal).ThenBy(endpoint => endpoint.Method, StringComparer.Ordinal).ToList();
        if (served.Count == 0)
        {
            return null;
        }

        var text = new StringBuilder("# API\n\nThe endpoints as they were agreed on, before anything was built. The acceptance tests check them.\n");
        foreach (var endpoint in served)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Markdown.Code($"{endpoint.Method} {endpoint.Path}", 300)}\n\nAnswers {endpoint.Status}. Authentication: {Markdown.Text(endpoint.Auth)}. Requirements: {Markdown.Text(endpoint.Requirements.IsEmpty ? "none" : ArchitecturePage.Ids(endpoint.Requirements))}.\n");
            Fields(text, "Request", endpoint.RequestFields);
            Fields(text, "Response", endpoint.ResponseFields);
        }

        return text.ToString();
    }

    private static void Fields(StringBuilder text, string name, IReadOnlyCollection<Field> fields)
    {
        if (fields.Count > 0)
        {
            text.Append($"\n| {name} | type | always there |\n|---|---|---|\n");
            text.AppendJoin("", fields.Select(field => ArchitecturePage.Row(field.Name, Engine.EngineText.Snake(field.Type), field.Required ? "yes" : "no")));
        }
    }
}
