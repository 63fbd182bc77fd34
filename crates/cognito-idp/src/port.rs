//! The user pool as the hosted pages and OAuth endpoints see it: their port over the functions that stand behind the
//! AWS operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::Secret;
use model_cognito_idp::types::{ChallengeNameType, EventType, UserStatusType};
use serde_json::{Map, Value};
use store::Versioned;
use user_pool_domain::ports::{
    Access, AccessKind, AuthStep, Authorization, FlowContext, GrantError, GrantWish, Hint, Picture, SignedIn, SignedUp,
    SoftwareToken, Tokens, UserPool as Port,
};
use world::rng;

use crate::CognitoIdp;
use crate::auth::auth_events::{Happened, proven_by};
use crate::auth::flow::{Answer, Step};
use crate::auth::grant::Presented;
use crate::auth::passkey::Registering;
use crate::auth::refresh_token::Revoked;
use crate::auth::registration::{Aliases, NewUser};
use crate::auth::software_token::FirstCode;
use crate::auth::token::{Shown, visible_attributes};
use crate::auth::visit::Visit;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::triggers::Said;

/// Characters of a browser's `User-Agent` that name it as a device.
const MAX_DEVICE_NAME: usize = 200;

impl CognitoIdp {
    async fn place(&self, cx: FlowContext<'_>) -> Result<(Arc<Versioned<UserPool>>, Arc<Versioned<AppClient>>)> {
        Ok((self.any_pool(cx.pool_id).await?, self.client(cx.pool_id, cx.client_id).await?))
    }

    /// As the pages see it, after PostAuthentication where the sign-in is complete.
    async fn auth_step(&self, visit: Visit<'_>, step: Step) -> Result<AuthStep> {
        match step {
            Step::Done(mut done) => {
                self.forgive_early(visit.pool, &mut done).await?;
                self.post_authentication(visit, &done).await?;
                Ok(AuthStep::SignedIn(SignedIn {
                    username: done.user.username.clone(),
                    sub: done.user.sub.clone(),
                    epoch: done.user.epoch,
                    auth_time: done.auth_time,
                    id: rng::uuid(self.rng()),
                }))
            }
            Step::Challenge(challenge) => Ok(AuthStep::Challenge {
                name: challenge.name.as_str().to_owned(),
                session: challenge.session.unwrap_or_default(),
                parameters: challenge.parameters,
                available: challenge.available.iter().map(|name| name.as_str().to_owned()).collect(),
            }),
        }
    }

    /// The pool, and the user of a browser session as they stand now.
    async fn present(
        &self,
        cx: FlowContext<'_>,
        signed_in: &SignedIn,
    ) -> Result<(Arc<Versioned<UserPool>>, Versioned<User>)> {
        let pool = self.any_pool(cx.pool_id).await?;
        let user = self.signed_in_user(&pool, signed_in).await?;
        Ok((pool, user.ok_or_else(error::incorrect_username_or_password)?))
    }

    async fn grant_place(
        &self,
        cx: FlowContext<'_>,
    ) -> std::result::Result<(Arc<Versioned<UserPool>>, Arc<Versioned<AppClient>>), GrantError> {
        self.place(cx).await.map_err(|error| match error.internal {
            None => GrantError::InvalidGrant,
            Some(_) => GrantError::Server(error),
        })
    }
}

/// A call by the pages.
fn visit<'a>(pool: &'a UserPool, client: &'a AppClient, cx: FlowContext<'a>) -> Visit<'a> {
    let call = Visit::new(pool, client, Said::nothing(client)).from(Some(cx.source_ip));
    call.by_agent(Some(cx.user_agent)).by_browser(cx.device).at_page(cx.host)
}

#[async_trait]
impl Port for CognitoIdp {
    async fn sign_in(&self, cx: FlowContext<'_>, username: &str, password: &Secret<String>) -> Result<AuthStep> {
        let (pool, client) = self.place(cx).await?;
        let visit = visit(&pool, &client, cx);
        let step = self.sign_in_by_password(visit, username, password.expose()).await;
        let happened = Happened::after(EventType::SignIn, username, step.as_ref().map(Step::standing));
        self.record(visit, happened.map(|it| it.with_password(Some(password.expose())))).await;
        self.auth_step(visit, step?).await
    }

    async fn choose_sign_in(&self, cx: FlowContext<'_>, username: &str, preferred: Option<&str>) -> Result<AuthStep> {
        let (pool, client) = self.place(cx).await?;
        let visit = visit(&pool, &client, cx);
        let named = [("USERNAME", Some(username)), ("PREFERRED_CHALLENGE", preferred)];
        let parameters = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let step = self.begin_choice(visit, &parameters.collect()).await?;
        self.auth_step(visit, step).await
    }

    async fn associate_software_token(&self, cx: FlowContext<'_>, session: &str) -> Result<SoftwareToken> {
        self.place(cx).await?;
        let (secret, session) = self.associate_by_session(session).await?;
        Ok(SoftwareToken { secret: Secret::new(secret), session })
    }

    async fn verify_software_token(&self, cx: FlowContext<'_>, session: &str, code: &str) -> Result<String> {
        self.place(cx).await?;
        self.verify_by_session(session, FirstCode { code, friendly: None }).await
    }

    async fn begin_passkey(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Value> {
        let (pool, user) = self.present(cx, user).await?;
        self.begin_passkey_registration(&pool, &user, Registering::at_page(cx.client_id, cx.host)).await
    }

    async fn add_passkey(&self, cx: FlowContext<'_>, user: &SignedIn, credential: Value) -> Result<()> {
        let (pool, user) = self.present(cx, user).await?;
        self.finish_passkey_registration(&pool, &user, Registering::at_page(cx.client_id, cx.host), &credential).await
    }

    async fn remember_browser(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>> {
        let (pool, user) = self.present(cx, user).await?;
        let name: String = cx.user_agent.chars().take(MAX_DEVICE_NAME).collect();
        let name = Some(name.as_str()).filter(|name| !name.is_empty());
        self.remember_browser(&pool, &user, (name, Some(cx.source_ip))).await
    }

    async fn picture(&self, pool_id: &str, id: &str, name: &str) -> Result<Option<Picture>> {
        self.style_picture(pool_id, id, name).await
    }

    async fn accesses(&self, pool_id: &str, session: &str) -> Result<Option<Vec<Access>>> {
        match self.any_pool(pool_id).await {
            Ok(pool) => self.list_accesses(&pool, session).await,
            Err(error) if error.internal.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn end_access(&self, pool_id: &str, user: &SignedIn, access: (AccessKind, &str)) -> Result<bool> {
        let pool = self.any_pool(pool_id).await?;
        self.end_listed(&pool, user, access).await
    }

    async fn end_all(&self, pool_id: &str, user: &SignedIn) -> Result<()> {
        let pool = self.any_pool(pool_id).await?;
        match self.signed_in_user(&pool, user).await? {
            Some(user) => self.sign_out_everywhere(&pool, &user).await,
            None => Ok(()),
        }
    }

    async fn respond(
        &self,
        cx: FlowContext<'_>,
        challenge: &str,
        session: &str,
        responses: BTreeMap<String, String>,
    ) -> Result<AuthStep> {
        let (pool, client) = self.place(cx).await?;
        let name = ChallengeNameType::parse(challenge).ok_or_else(|| error::challenge_not_supported(challenge))?;
        let visit = visit(&pool, &client, cx);
        let step =
            self.answer(visit, name, Answer { session: Some(session), name: None, responses: &responses }).await?;
        if let Step::Done(done) = &step {
            let happened = Happened::after(EventType::SignIn, &done.user.username, Ok(step.standing()));
            self.record(visit, happened.map(|it| it.with_challenge(proven_by(name)))).await;
        }
        self.auth_step(visit, step).await
    }

    async fn sign_up(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        password: &Secret<String>,
        attributes: BTreeMap<String, String>,
    ) -> Result<SignedUp> {
        let (pool, client) = self.place(cx).await?;
        let new = NewUser {
            name: username,
            password: password.expose(),
            attributes,
            validation: None,
            said: Said::nothing(&client),
        };
        let registered = self.register(&pool, &client, new).await?;
        Ok(SignedUp {
            confirmed: registered.user.status == UserStatusType::Confirmed,
            username: registered.user.username,
            destination: registered.sent.and_then(|details| details.destination),
        })
    }

    async fn confirm_sign_up(&self, cx: FlowContext<'_>, username: &str, code: &str) -> Result<()> {
        let (pool, client) = self.place(cx).await?;
        self.count_code_call(&pool, cx.source_ip).await?;
        self.confirm_registration(&pool, &client, (username, code), Aliases::Keep, Said::nothing(&client)).await
    }

    async fn sign_in_confirmed(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<AuthStep>> {
        let (pool, client) = self.place(cx).await?;
        let visit = visit(&pool, &client, cx);
        match self.sign_in_confirmed(visit, username).await? {
            None => Ok(None),
            Some(step) => self.auth_step(visit, step).await.map(Some),
        }
    }

    async fn resend_code(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<String>> {
        let (pool, client) = self.place(cx).await?;
        self.count_code_call(&pool, cx.source_ip).await?;
        Ok(self.resend_registration_code(&pool, &client, username, Said::nothing(&client)).await?.destination)
    }

    async fn forgot_password(&self, cx: FlowContext<'_>, username: &str) -> Result<Option<String>> {
        let (pool, client) = self.place(cx).await?;
        self.count_code_call(&pool, cx.source_ip).await?;
        Ok(self.begin_reset(&pool, &client, username, Said::nothing(&client)).await?.destination)
    }

    async fn confirm_forgot_password(
        &self,
        cx: FlowContext<'_>,
        username: &str,
        code: &str,
        password: &Secret<String>,
    ) -> Result<()> {
        let (pool, client) = self.place(cx).await?;
        self.count_code_call(&pool, cx.source_ip).await?;
        self.finish_reset(&pool, &client, username, (code, password.expose()), Said::nothing(&client)).await
    }

    async fn open_session(&self, cx: FlowContext<'_>, user: &SignedIn) -> Result<Secret<String>> {
        let (pool, _) = self.place(cx).await?;
        self.open_browser_session(&pool, user, cx.user_agent).await
    }

    async fn session(&self, pool_id: &str, session: &str) -> Result<Option<SignedIn>> {
        match self.any_pool(pool_id).await {
            Ok(pool) => self.browser_session(&pool, session).await,
            Err(error) if error.internal.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn close_session(&self, pool_id: &str, session: &str) -> Result<()> {
        self.close_browser_session(pool_id, session).await
    }

    async fn issue_code(&self, cx: FlowContext<'_>, authorization: Authorization) -> Result<String> {
        let (pool, client) = self.place(cx).await?;
        self.issue_authorization_code(&pool, &client, authorization).await
    }

    async fn issue_implicit(&self, cx: FlowContext<'_>, authorization: Authorization) -> Result<Tokens> {
        let (pool, client) = self.place(cx).await?;
        self.implicit_tokens(&pool, &client, authorization).await
    }

    async fn check_client_secret(&self, pool_id: &str, client_id: &str, secret: &Secret<String>) -> Result<bool> {
        let client = match self.client(pool_id, client_id).await {
            Ok(client) => Some(client),
            Err(error) if error.internal.is_none() => None,
            Err(error) => return Err(error),
        };
        self.is_client_secret(client.as_deref().map(|client| &client.value), secret.expose())
    }

    async fn redeem_code(
        &self,
        cx: FlowContext<'_>,
        code: &str,
        redirect_uri: &str,
        code_verifier: Option<&str>,
    ) -> std::result::Result<Tokens, GrantError> {
        let (pool, client) = self.grant_place(cx).await?;
        self.redeem_authorization_code(&pool, &client, Presented { code, redirect_uri, code_verifier }).await
    }

    async fn refresh(
        &self,
        cx: FlowContext<'_>,
        refresh_token: &str,
        wish: GrantWish,
    ) -> std::result::Result<Tokens, GrantError> {
        let (pool, client) = self.grant_place(cx).await?;
        self.refresh_grant(&pool, &client, refresh_token, wish).await
    }

    async fn client_credentials(
        &self,
        cx: FlowContext<'_>,
        wish: GrantWish,
    ) -> std::result::Result<Tokens, GrantError> {
        let (pool, client) = self.grant_place(cx).await?;
        self.client_credentials_grant(&pool, &client, wish).await
    }

    async fn revoke(&self, cx: FlowContext<'_>, token: &str) -> Result<bool> {
        let (pool, client) = self.place(cx).await?;
        Ok(self.revoke_token(&pool, &client, token).await? != Revoked::NoRefreshToken)
    }

    async fn introspect(&self, cx: FlowContext<'_>, token: &str) -> Result<Option<Map<String, Value>>> {
        let (pool, client) = self.place(cx).await?;
        self.introspect_token(&pool, &client, token).await
    }

    async fn id_token_hint(&self, pool_id: &str, token: &str) -> Result<Option<Hint>> {
        match self.any_pool(pool_id).await {
            Ok(pool) => self.hinted(&pool, token).await,
            Err(error) if error.internal.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn user_info(&self, pool_id: &str, access_token: &str) -> Result<Option<Map<String, Value>>> {
        let bearer = match self.any_bearer(access_token).await {
            Ok(bearer) if bearer.pool.id == pool_id && bearer.has_scope("openid") => bearer,
            Ok(_) => return Ok(None),
            Err(error) if error.internal.is_none() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), Value::from(bearer.user.sub.as_str()));
        let shown = Shown::by_scopes(bearer.scopes());
        for (name, value) in visible_attributes(&bearer.user, &bearer.client, shown) {
            claims.insert(name.to_owned(), Value::from(value));
        }
        claims.insert("username".to_owned(), Value::from(bearer.user.username.as_str()));
        Ok(Some(claims))
    }
}
