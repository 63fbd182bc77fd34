//! Lambda triggers of user pools (guide: "Customizing user pool workflows with Lambda triggers"): one file a trigger,
//! with its event, its answer and what is made of it.
//!
//! What comes in: a pool, a user, what the caller said. What goes out: a decision, or a refusal: a function that cannot
//! be run, fails, or answers nonsense stops what waits for it.
//! What it must not know: who runs functions ([`world::FunctionInvoker`]).
//!
//! A function is called before a transaction is built or after one is committed, never in between.
//! To add a trigger: a variant of [`Trigger`], a file here, its call at the point where it belongs.

mod answer;
mod call;
pub mod create_auth_challenge;
pub mod custom_message;
pub mod custom_sender;
pub mod define_auth_challenge;
mod encryption_sdk;
pub mod post_authentication;
pub mod post_confirmation;
pub mod pre_authentication;
pub mod pre_sign_up;
pub mod pre_token_generation;
pub mod user_migration;
pub mod verify_auth_challenge_response;

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use model_cognito_idp::types::LambdaConfigType;
use serde_json::{Map, Value, json};

use crate::auth::attributes::Attributes;
use crate::entity::{AppClient, User};

/// `clientId` of events that no app client caused.
const NO_CLIENT: &str = "CLIENT_ID_NOT_APPLICABLE";

/// `ClientMetadata`.
pub(crate) type Metadata = BTreeMap<String, String>;

/// What a caller says to functions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    /// `callerContext.clientId`.
    pub client_id: &'a str,
    /// `ClientMetadata`, where it was given.
    pub metadata: Option<&'a Metadata>,
}

impl<'a> Said<'a> {
    /// Through an app client.
    pub fn by(client: &'a AppClient, metadata: Option<&'a Metadata>) -> Self {
        Self { client_id: &client.id, metadata }
    }

    /// Through an app client, without metadata.
    pub fn nothing(client: &'a AppClient) -> Self {
        Self::by(client, None)
    }

    /// By an administrator, without a client.
    pub const fn by_admin(metadata: Option<&'a Metadata>) -> Self {
        Self { client_id: NO_CLIENT, metadata }
    }

    /// The same caller without metadata: where what was said is not for this trigger.
    pub const fn silent(self) -> Self {
        Self { client_id: self.client_id, metadata: None }
    }
}

/// The triggers that call a function and wait for it. Those that are told and not waited for are in [`custom_sender`].
/// InboundFederation is refused: there are no sign-ins through other providers that could call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    PreSignUp,
    PostConfirmation,
    PreAuthentication,
    PostAuthentication,
    PreTokenGeneration,
    UserMigration,
    CustomMessage,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
}

impl Trigger {
    /// As errors name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PreSignUp => "PreSignUp",
            Self::PostConfirmation => "PostConfirmation",
            Self::PreAuthentication => "PreAuthentication",
            Self::PostAuthentication => "PostAuthentication",
            Self::PreTokenGeneration => "PreTokenGeneration",
            Self::UserMigration => "UserMigration",
            Self::CustomMessage => "CustomMessage",
            Self::DefineAuthChallenge => "DefineAuthChallenge",
            Self::CreateAuthChallenge => "CreateAuthChallenge",
            Self::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
        }
    }

    /// The function that a pool names for it.
    pub fn function(self, config: &LambdaConfigType) -> Option<&str> {
        let arn = match self {
            Self::PreSignUp => &config.pre_sign_up,
            Self::PostConfirmation => &config.post_confirmation,
            Self::PreAuthentication => &config.pre_authentication,
            Self::PostAuthentication => &config.post_authentication,
            Self::PreTokenGeneration => {
                return config
                    .pre_token_generation_config
                    .as_ref()
                    .map(|newer| newer.lambda_arn.as_str())
                    .or(config.pre_token_generation.as_deref());
            }
            Self::UserMigration => &config.user_migration,
            Self::CustomMessage => &config.custom_message,
            Self::DefineAuthChallenge => &config.define_auth_challenge,
            Self::CreateAuthChallenge => &config.create_auth_challenge,
            Self::VerifyAuthChallengeResponse => &config.verify_auth_challenge_response,
        };
        arn.as_deref().filter(|arn| !arn.is_empty())
    }
}

/// What is told to a function.
pub(crate) struct Event<'a> {
    pub trigger: Trigger,
    /// `PreSignUp_SignUp`.
    pub source: &'static str,
    /// `1`; pre token generation has newer ones.
    pub version: &'static str,
    /// `userName`.
    pub user: &'a str,
    pub said: Said<'a>,
    /// `request`, without `clientMetadata`.
    pub request: Value,
    /// `response`, as the function finds it.
    pub response: Value,
}

/// `userAttributes` of a user who exists.
pub(crate) fn user_attributes(user: &User) -> Value {
    let mut all: Map<String, Value> = given_attributes(&user.attributes);
    all.insert("sub".to_owned(), json!(user.sub));
    all.insert("cognito:user_status".to_owned(), json!(user.status.as_str()));
    Value::Object(all)
}

/// `userAttributes` of somebody who may not exist: empty, then.
pub(crate) fn known_attributes(user: Option<&User>) -> Value {
    user.map_or_else(|| json!({}), user_attributes)
}

pub(crate) fn given_attributes(attributes: &Attributes) -> Map<String, Value> {
    attributes.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.clone(), json!(value))).collect()
}
