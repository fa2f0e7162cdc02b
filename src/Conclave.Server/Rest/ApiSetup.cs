using Conclave.Engine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Conclave.Server.Rest;

/// <summary>The routes under <c>/api</c>: one class for each part of them.</summary>
internal static class ApiSetup
{
    public static void AddConclaveApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = EngineJson.Options.PropertyNamingPolicy;
            options.SerializerOptions.Encoder = EngineJson.Options.Encoder;
            options.SerializerOptions.RespectNullableAnnotations = true;
            foreach (var converter in EngineJson.Options.Converters)
            {
                options.SerializerOptions.Converters.Add(converter);
            }
        });
    }

    public static void MapConclaveApi(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api");
        ProjectRoutes.Map(api.MapGroup("/projects"));
    }
}
