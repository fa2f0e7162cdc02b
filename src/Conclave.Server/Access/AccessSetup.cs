using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Conclave.Server.Access;

/// <summary>Who may do what. Nothing is open unless it says so with <c>AllowAnonymous</c>.</summary>
internal static class AccessSetup
{
    public static void AddConclaveAccess(this IServiceCollection services, string ownerToken)
    {
        services.AddSingleton(new TokenBook(ownerToken));
        services.AddAuthentication(TokenAuthentication.Name).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        services.AddAuthorization(options => options.FallbackPolicy = options.DefaultPolicy = Policy(Role.Viewer));
    }

    public static void UseConclaveAccess(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    /// <summary>Lets only tokens of this role or a higher one in.</summary>
    public static T Needs<T>(this T endpoint, Role role) where T : IEndpointConventionBuilder => endpoint.RequireAuthorization(Policy(role));

    private static AuthorizationPolicy Policy(Role role) => new AuthorizationPolicyBuilder(TokenAuthentication.Name).RequireRole(role.ToString()).Build();
}
