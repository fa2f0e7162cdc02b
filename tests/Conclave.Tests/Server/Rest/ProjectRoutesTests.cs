using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Conclave.Tests.Server.Rest;

/// <summary>Sessions over HTTP.</summary>
public sealed class ProjectRoutesTests
{
    [Fact]
    public async Task A_session_that_was_started_runs_to_its_end()
    {
        await using var conclave = await ServedConclave.Start();
        var id = await conclave.StartSample();
        var project = await conclave.Client.GetFromJsonAsync<JsonObject>($"/api/projects/{id}");
        while ((string?)project!["status"] is "queued" or "running")
        {
            await Task.Delay(20);
            project = await conclave.Client.GetFromJsonAsync<JsonObject>($"/api/projects/{id}");
        }

        Assert.Equal("succeeded", (string?)project["status"]);
    }

    [Fact]
    public async Task A_stranger_sees_nothing()
    {
        await using var conclave = await ServedConclave.Start();
        var answer = await conclave.Stranger.GetAsync(new Uri("/api/projects", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("CONC800", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]);
    }

    [Fact]
    public async Task A_project_is_not_delivered_outside_of_the_projects_root()
    {
        await using var conclave = await ServedConclave.Start();
        var answer = await conclave.Client.PostAsJsonAsync("/api/projects", new JsonObject { ["description"] = "x", ["simulate"] = true, ["output_directory"] = "../elsewhere" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("CONC810", (string?)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]);
    }
}
