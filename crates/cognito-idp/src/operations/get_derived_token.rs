//! GetDerivedToken: OAuth 2.0 token exchange as an operation. The call is signed here, so ClientSecret may be left out;
//! one that is given must be the client's. Tokens of outside providers wait for sign-in through them.

use model_cognito_idp::types::{
    ExplicitAuthFlowsType, GetDerivedTokenRequest, GetDerivedTokenResponse, IssuedTokenTypeIdentifierType as Issued,
    OAuthTokenTypeType, TokenTypeIdentifierType,
};

use crate::Cx;
use crate::auth::access_token::Bearer;
use crate::auth::derived_token::Exchange;
use crate::entity::{AppClient, UserPool};
use crate::error::{self, Result, invalid_parameter};

/// Exchanges a token of the pool for one that is made for another service.
pub async fn get_derived_token(cx: &Cx<'_>, input: GetDerivedTokenRequest) -> Result<GetDerivedTokenResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    cx.pool(&pool.id).await.map_err(|error| match error.internal {
        None => error::client_not_found(&input.client_id),
        Some(_) => error,
    })?;
    check_client(cx, &client, &input)?;
    if input.subject_token_provider_name.is_some() || input.actor_token_provider_name.is_some() {
        return Err(error::outside_token());
    }
    let issued = input.requested_token_type.unwrap_or(Issued::AccessToken);
    let audience = audience(cx, &pool, &input, issued).await?;
    let subject = cx.service.subject_of(&pool, &input.subject_token, input.subject_token_type).await?;
    let audience = audience.or(kept_audience(&subject, &input, issued)?);
    let actor = match (&input.actor_token, input.actor_token_type) {
        (None, None) => None,
        (Some(token), Some(kind)) => Some(cx.service.actor_of(&pool, token, kind, &subject).await?),
        _ => return Err(invalid_parameter("ActorToken and ActorTokenType must be given together.")),
    };
    let held = held(&subject, &input);
    let scopes = cx.service.standing_scopes(&pool, &granted(&client, held, input.scopes.as_deref())?).await?;
    let exchange = Exchange {
        pool: &pool,
        client: &client,
        subject: &subject,
        actor: actor.as_ref(),
        scopes: &scopes,
        audience: audience.as_deref(),
        issued,
    };
    let derived = cx.service.derive_token(exchange).await?;
    Ok(GetDerivedTokenResponse {
        issued_token: Some(derived.token),
        issued_token_type: Some(issued),
        token_type: Some(match issued {
            Issued::AccessToken => OAuthTokenTypeType::Bearer,
            Issued::IdToken => OAuthTokenTypeType::NA,
        }),
        expires_in: i32::try_from(derived.expires_in).ok(),
        scopes: Some(scopes),
    })
}

/// Whether the client is who it says, and may do this.
fn check_client(cx: &Cx<'_>, client: &AppClient, input: &GetDerivedTokenRequest) -> Result<()> {
    if let Some(secret) = &input.client_secret
        && !cx.service.is_client_secret(Some(client), secret)?
    {
        return Err(error::bad_client_secret(&client.id));
    }
    let flow = match input.actor_token {
        None => ExplicitAuthFlowsType::AllowTokenExchangeImpersonation,
        Some(_) => ExplicitAuthFlowsType::AllowTokenExchangeDelegation,
    };
    if client.settings.allows(&[flow]) { Ok(()) } else { Err(error::token_exchange_not_enabled()) }
}

/// Whom the token is for. Another app client's id is no audience: a token that is meant for it comes from a sign-in there.
async fn audience(
    cx: &Cx<'_>,
    pool: &UserPool,
    input: &GetDerivedTokenRequest,
    issued: Issued,
) -> Result<Option<String>> {
    let first = |list: &Option<Vec<String>>| list.as_ref().and_then(|list| list.first().cloned());
    let (audience, resource) = (first(&input.audiences), first(&input.resources));
    if audience.is_some() && resource.is_some() {
        return Err(invalid_parameter("Audiences and Resources cannot be requested together."));
    }
    if let Some(resource) = &resource {
        cx.resource_server(&pool.id, resource).await?;
    }
    let audience = audience.or(resource);
    if audience.is_some() && issued == Issued::IdToken {
        return Err(invalid_parameter("The audience of an ID token is the app client that requests it."));
    }
    match &audience {
        Some(id) if id != &input.client_id => match cx.service.client_and_pool(id).await {
            Ok(_) => Err(invalid_parameter("The id of another app client cannot be an audience.")),
            Err(error) if error.internal.is_none() => Ok(audience),
            Err(error) => Err(error),
        },
        _ => Ok(audience),
    }
}

/// The audience of the subject's access token, where no other is wished: what was made for one service does not become
/// good for all by being exchanged, nor by way of an id token.
fn kept_audience(subject: &Bearer, input: &GetDerivedTokenRequest, issued: Issued) -> Result<Option<String>> {
    let bound = match input.subject_token_type {
        TokenTypeIdentifierType::AccessToken => subject.claims.str("aud"),
        _ => None,
    };
    match (bound, issued) {
        (Some(_), Issued::IdToken) => {
            Err(invalid_parameter("A token that was made for one service cannot be exchanged for an ID token."))
        }
        (bound, _) => Ok(bound.map(str::to_owned)),
    }
}

/// The subject's scopes: an access token's own, an id token's sign-in's unless it was made of fewer.
fn held(subject: &Bearer, input: &GetDerivedTokenRequest) -> Vec<String> {
    let named = subject.claims.str("scope").map(|scopes| scopes.split(' ').filter(|scope| !scope.is_empty()));
    match (input.subject_token_type, named) {
        (TokenTypeIdentifierType::AccessToken, named) => named.into_iter().flatten().map(str::to_owned).collect(),
        (_, None) => subject.chain.scopes.clone(),
        (_, Some(named)) => {
            let granted = |scope: &&str| subject.chain.scopes.iter().any(|granted| granted == scope);
            named.filter(granted).map(str::to_owned).collect()
        }
    }
}

/// What of the wished scopes the subject has and the client may; all of the subject's where nothing is wished.
fn granted(client: &AppClient, held: Vec<String>, wished: Option<&[String]>) -> Result<Vec<String>> {
    let Some(wished) = wished.filter(|wished| !wished.is_empty()) else { return Ok(held) };
    let may = |scope: &String| wished.contains(scope) && client.settings.oauth_scopes.contains(scope);
    let scopes: Vec<String> = held.into_iter().filter(may).collect();
    let none = "None of the requested scopes is one of the subject token and of the app client.";
    if scopes.is_empty() { Err(invalid_parameter(none)) } else { Ok(scopes) }
}
