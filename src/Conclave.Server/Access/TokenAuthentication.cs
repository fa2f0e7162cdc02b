using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Conclave.Server.Access;

/// <summary>Knows who asks by a token: <c>Authorization: Bearer TOKEN</c> of programs, or the cookie of a browser that has exchanged one.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, TokenBook tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "token";
    public const string Cookie = "conclave";
    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers[HeaderNames.Authorization].ToString();
        var token = header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim() : Request.Cookies[Cookie];
        if (string.IsNullOrEmpty(token))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (tokens.RoleOf(token) is not { } role)
        {
            return Task.FromResult(AuthenticateResult.Fail("The token is not known."));
        }

        var claims = Enum.GetValues<Role>().Where(included => included <= role).Select(included => new Claim(ClaimTypes.Role, included.ToString()));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Name)), Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Rest.ApiProblem.Of(StatusCodes.Status401Unauthorized, "CONC800", "this needs a token", "send `Authorization: Bearer TOKEN`; `conclave serve` prints one at its start").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Rest.ApiProblem.Of(StatusCodes.Status403Forbidden, "CONC801", "this token does not allow that", "use a token of a higher role").ExecuteAsync(Context);
}
