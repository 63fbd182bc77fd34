//! How a sign-in begins at the AWS API: which flow, whether the client has it, and what it needs.

use std::collections::BTreeMap;

use model_cognito_idp::types::{
    AdminInitiateAuthResponse, AdminRespondToAuthChallengeResponse, AuthFlowType, AuthenticationResultType,
    ChallengeNameType, EventResponseType, EventType, ExplicitAuthFlowsType, InitiateAuthResponse,
    RespondToAuthChallengeResponse,
};

use super::auth_events::{Happened, proven_by};
use super::client_auth::{Asked, hash_names};
use super::flow::{Answer, Challenge, Responses, Step};
use super::refresh_token::{Renewal, Wish};
use super::token::Subject;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{AppClient, UserPool};
use crate::error::{self, Result};
use crate::table::user;
use crate::triggers::pre_token_generation::{
    AUTHENTICATE_DEVICE, AUTHENTICATION, NEW_PASSWORD_CHALLENGE, REFRESH_TOKENS,
};
use crate::triggers::{Metadata, Said, Trigger};

/// Which operation a sign-in came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// InitiateAuth, RespondToAuthChallenge.
    Public,
    /// AdminInitiateAuth, AdminRespondToAuthChallenge.
    Admin,
}

/// What an operation of the sign-in answers.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Tokens(Box<AuthenticationResultType>),
    Challenge(Challenge),
}

/// The four operations of the sign-in answer alike, each by a type of its own.
macro_rules! answers {
    ($($response:ident),*) => {$(
        impl From<Outcome> for $response {
            fn from(outcome: Outcome) -> Self {
                match outcome {
                    Outcome::Tokens(tokens) => Self {
                        challenge_parameters: Some(BTreeMap::new()),
                        authentication_result: Some(*tokens),
                        ..Self::default()
                    },
                    Outcome::Challenge(challenge) => Self {
                        challenge_name: Some(challenge.name),
                        session: challenge.session,
                        challenge_parameters: Some(challenge.parameters),
                        available_challenges: Some(challenge.available).filter(|available| !available.is_empty()),
                        ..Self::default()
                    },
                }
            }
        }
    )*};
}

answers!(
    InitiateAuthResponse,
    AdminInitiateAuthResponse,
    RespondToAuthChallengeResponse,
    AdminRespondToAuthChallengeResponse
);

/// `AuthParameters`.
pub(crate) type Parameters = BTreeMap<String, String>;

/// A sign-in that begins.
#[derive(Clone, Copy)]
pub(crate) struct Start<'a> {
    pub pool: &'a UserPool,
    pub client: &'a AppClient,
    pub flow: AuthFlowType,
    pub parameters: &'a Parameters,
    pub entry: Entry,
    /// Reaches PreAuthentication and UserMigration alone.
    pub metadata: Option<&'a Metadata>,
    /// Address of the person's device, where it is known.
    pub address: Option<&'a str>,
    /// Its `User-Agent`.
    pub agent: Option<&'a str>,
    /// Of ConfirmSignUp: signs in without another proof.
    pub session: Option<&'a str>,
}

impl Outcome {
    /// How it stands in the user's history.
    pub const fn standing(&self) -> EventResponseType {
        match self {
            Self::Tokens(_) => EventResponseType::Pass,
            Self::Challenge(_) => EventResponseType::InProgress,
        }
    }
}

impl CognitoIdp {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// In this order: the flow, the secret hash, then those of the flow.
    pub(crate) async fn initiate(&self, start: Start<'_>) -> Result<Outcome> {
        start.check_flow()?;
        if matches!(start.flow, AuthFlowType::RefreshTokenAuth | AuthFlowType::RefreshToken) {
            return self.initiate_refresh(start).await;
        }
        let outcome = self.initiate_flow(start).await;
        let given = |name: &str| start.parameters.get(name).map(String::as_str);
        let ended = outcome.as_ref().map(Outcome::standing);
        let happened = Happened::after(EventType::SignIn, given("USERNAME").unwrap_or_default(), ended);
        self.record(start.visit(), happened.map(|happened| happened.with_password(given("PASSWORD")))).await;
        outcome
    }

    async fn initiate_flow(&self, start: Start<'_>) -> Result<Outcome> {
        match start.flow {
            AuthFlowType::UserPasswordAuth | AuthFlowType::AdminUserPasswordAuth | AuthFlowType::AdminNoSrpAuth => {
                self.initiate_password(start).await
            }
            AuthFlowType::RefreshTokenAuth | AuthFlowType::RefreshToken => self.initiate_refresh(start).await,
            AuthFlowType::UserAuth => self.initiate_choice(start).await,
            AuthFlowType::UserSrpAuth => self.initiate_srp(start).await,
            AuthFlowType::CustomAuth => self.initiate_custom(start).await,
        }
    }

    async fn initiate_password(&self, start: Start<'_>) -> Result<Outcome> {
        let (name, password) = (required(start.parameters, "USERNAME")?, required(start.parameters, "PASSWORD")?);
        self.check_start_hash(start, &[name])?;
        let step = self.sign_in_by_password(start.visit(), name, password).await?;
        self.begun(start, step).await
    }

    async fn initiate_srp(&self, start: Start<'_>) -> Result<Outcome> {
        let (name, srp_a) = (required(start.parameters, "USERNAME")?, required(start.parameters, "SRP_A")?);
        self.check_start_hash(start, &[name])?;
        let step = self.begin_srp(start.visit(), name, srp_a).await?;
        self.begun(start, step).await
    }

    async fn initiate_choice(&self, start: Start<'_>) -> Result<Outcome> {
        let name = required(start.parameters, "USERNAME")?;
        self.check_start_hash(start, &[name])?;
        let step = match start.session {
            Some(session) => self.begin_confirmed(start.visit(), name, session).await?,
            None => self.begin_choice(start.visit(), start.parameters).await?,
        };
        self.begun(start, step).await
    }

    async fn initiate_custom(&self, start: Start<'_>) -> Result<Outcome> {
        self.check_start_hash(start, &[required(start.parameters, "USERNAME")?])?;
        let step = self.begin_custom(start.visit(), start.parameters).await?;
        self.begun(start, step).await
    }

    async fn begun(&self, start: Start<'_>, step: Step) -> Result<Outcome> {
        self.outcome(start.visit().silent(), step).await
    }

    async fn initiate_refresh(&self, start: Start<'_>) -> Result<Outcome> {
        let Start { pool, client, parameters, .. } = start;
        let token = required(parameters, "REFRESH_TOKEN")?;
        if client.settings.rotation_grace_s().is_some() {
            return Err(error::refresh_rotation_enabled());
        }
        if client.is_confidential() && !parameters.contains_key("SECRET_HASH") {
            return Err(error::missing_secret_hash(&client.id));
        }
        let said = start.visit().silent().said;
        let renewal =
            self.renew(pool, client, token, Wish { scopes: None, said, device_key: start.visit().device_key }).await?;
        let typed = parameters.get("USERNAME").map(String::as_str);
        self.check_start_hash(start, &hash_names(pool, &renewal.user, typed))?;
        Ok(Outcome::Tokens(Box::new(self.renewed_tokens(pool, client, &renewal, said).await?)))
    }

    /// Tokens of a refresh by the AWS API.
    ///
    /// # Errors
    /// The key ring's.
    pub(crate) async fn renewed_tokens(
        &self,
        pool: &UserPool,
        client: &AppClient,
        renewal: &Renewal,
        said: Said<'_>,
    ) -> Result<AuthenticationResultType> {
        let (user, chain) = (&renewal.user, &renewal.chain);
        let (scopes, source) = (&chain.scopes, REFRESH_TOKENS);
        let subject = Subject { pool, client, user, chain, scopes, nonce: None, source, said };
        let tokens = match &renewal.decided {
            Some(decided) => self.sign_decided(subject, decided).await?,
            None => self.sign_tokens(subject).await?,
        };
        Ok(AuthenticationResultType {
            access_token: Some(tokens.access),
            expires_in: i32::try_from(tokens.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
            refresh_token: renewal.next.clone(),
            id_token: tokens.id,
            new_device_metadata: None,
        })
    }

    /// Takes the answer to a challenge.
    ///
    /// # Errors
    /// NotAuthorizedException for the secret hash, then those of the challenge.
    pub(crate) async fn respond_to(
        &self,
        visit: Visit<'_>,
        challenge: ChallengeNameType,
        (session, responses): (Option<&str>, &Responses),
    ) -> Result<Outcome> {
        let name = required(responses, "USERNAME")?;
        let visit = if challenge == ChallengeNameType::CustomChallenge { visit.in_custom_auth() } else { visit };
        let outcome = self.respond_as(visit, name, challenge, (session, responses)).await;
        let happened = Happened::after(EventType::SignIn, name, outcome.as_ref().map(Outcome::standing));
        let password = responses.get("PASSWORD").or_else(|| responses.get("NEW_PASSWORD")).map(String::as_str);
        let happened = happened.map(|it| it.with_password(password).with_challenge(proven_by(challenge)));
        self.record(visit, happened).await;
        outcome
    }

    async fn respond_as(
        &self,
        visit: Visit<'_>,
        name: &str,
        challenge: ChallengeNameType,
        (session, responses): (Option<&str>, &Responses),
    ) -> Result<Outcome> {
        let found = user::by_name(self.store(), visit.pool, name).await?;
        let names = found.as_ref().map_or_else(|| vec![name], |user| hash_names(visit.pool, user, Some(name)));
        let given = responses.get("SECRET_HASH").map(String::as_str);
        self.check_secret_hash(visit.client, given, &names, Asked::SignIn)?;
        let visit = visit.on_device(responses.get("DEVICE_KEY").map(String::as_str));
        let step = self.answer(visit, challenge, Answer { session, name: Some(name), responses }).await?;
        self.outcome(visit, step).await
    }

    async fn outcome(&self, visit: Visit<'_>, step: Step) -> Result<Outcome> {
        let mut signed_in = match step {
            Step::Challenge(challenge) => return Ok(Outcome::Challenge(challenge)),
            Step::Done(signed_in) => signed_in,
        };
        // A function that is told may sign the same user in itself, and its refusal is no wrong guess.
        if Trigger::PostAuthentication.function(&visit.pool.settings.lambda_config).is_some() {
            self.forgive_early(visit.pool, &mut signed_in).await?;
        }
        self.post_authentication(visit, &signed_in).await?;
        self.make_room(visit.pool, &signed_in.user).await?;
        let source = match &signed_in.progress {
            progress if progress.new_password => NEW_PASSWORD_CHALLENGE,
            progress if progress.device_proven => AUTHENTICATE_DEVICE,
            _ => AUTHENTICATION,
        };
        Ok(Outcome::Tokens(Box::new(self.api_tokens(visit, &signed_in, source).await?)))
    }

    fn check_start_hash(&self, start: Start<'_>, names: &[&str]) -> Result<()> {
        let given = start.parameters.get("SECRET_HASH").map(String::as_str);
        self.check_secret_hash(start.client, given, names, Asked::SignIn)
    }
}

impl<'a> Start<'a> {
    fn visit(&self) -> Visit<'a> {
        let device_key = self.parameters.get("DEVICE_KEY").map(String::as_str);
        let visit = Visit::new(self.pool, self.client, Said::by(self.client, self.metadata));
        let visit = visit.from(self.address).by_agent(self.agent).on_device(device_key);
        if self.flow == AuthFlowType::CustomAuth { visit.in_custom_auth() } else { visit }
    }

    fn check_flow(&self) -> Result<()> {
        use ExplicitAuthFlowsType as Explicit;
        let admin_flow = matches!(self.flow, AuthFlowType::AdminUserPasswordAuth | AuthFlowType::AdminNoSrpAuth);
        if admin_flow && self.entry == Entry::Public {
            return Err(error::initiate_auth_method_not_supported());
        }
        let switches: &[Explicit] = match self.flow {
            AuthFlowType::UserPasswordAuth => &[Explicit::AllowUserPasswordAuth, Explicit::UserPasswordAuth],
            AuthFlowType::AdminUserPasswordAuth | AuthFlowType::AdminNoSrpAuth => {
                &[Explicit::AllowAdminUserPasswordAuth, Explicit::AdminNoSrpAuth]
            }
            // The older switches do not know refresh and SRP: they are always on beside them.
            AuthFlowType::RefreshTokenAuth | AuthFlowType::RefreshToken => &[
                Explicit::AllowRefreshTokenAuth,
                Explicit::UserPasswordAuth,
                Explicit::AdminNoSrpAuth,
                Explicit::CustomAuthFlowOnly,
            ],
            AuthFlowType::UserSrpAuth => {
                &[Explicit::AllowUserSrpAuth, Explicit::UserPasswordAuth, Explicit::AdminNoSrpAuth]
            }
            AuthFlowType::CustomAuth => &[Explicit::AllowCustomAuth, Explicit::CustomAuthFlowOnly],
            AuthFlowType::UserAuth => &[Explicit::AllowUserAuth],
        };
        if self.client.settings.allows(switches) {
            return Ok(());
        }
        match self.entry {
            Entry::Public => Err(error::auth_flow_not_enabled(self.flow.as_str())),
            Entry::Admin => Err(error::admin_auth_flow_not_enabled()),
        }
    }
}

/// A parameter that must be there.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &str) -> Result<&'a str> {
    let found = parameters.get(name).map(String::as_str).filter(|value| !value.is_empty());
    found.ok_or_else(|| error::missing_parameter(name))
}
