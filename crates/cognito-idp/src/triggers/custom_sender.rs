//! CustomEmailSender and CustomSMSSender (guides: "Custom email sender Lambda trigger", "Custom SMS sender Lambda
//! trigger"): a function that sends in Cognito's place. It is told the code, encrypted, and nobody waits for it; the
//! server itself sends nothing then, and CustomMessage is not asked.
//!
//! At AWS the code's data key is wrapped by KMS. There is no KMS here: the operator gives the server a wrapping key for
//! the ARN that a pool names, and a function opens the message with a raw AES keyring of that key (`encryption_sdk`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use model_cognito_idp::types::LambdaConfigType;
use serde_json::{Value, json};
use world::{Channel, FunctionCall, InvokeError};

use super::call::{PRINCIPAL, TIMEOUT_MS, TRIES};
use super::encryption_sdk::{Key, encrypt};
use super::user_attributes;
use crate::CognitoIdp;
use crate::entity::UserPool;
use crate::error::{self, Result};
use crate::message::Draft;

/// Names of encryption context that AWS uses here.
const POOL_IN_CONTEXT: &str = "userpool-id";

/// The function that sends what travels by a channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CustomSender<'a> {
    function: &'a str,
    key: &'a str,
    channel: Channel,
}

impl<'a> CustomSender<'a> {
    /// The pool's, where it has one.
    pub fn of(pool: &'a UserPool, channel: Channel) -> Option<Self> {
        let config = &pool.settings.lambda_config;
        let function = match channel {
            Channel::Email => config.custom_email_sender.as_ref().map(|sender| sender.lambda_arn.as_str()),
            Channel::Sms => config.custom_sms_sender.as_ref().map(|sender| sender.lambda_arn.as_str()),
        };
        Some(Self { function: function?, key: config.kms_key_id.as_deref()?, channel })
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self.channel {
            Channel::Email => ("CustomEmailSender", "customEmailSenderRequestV1"),
            Channel::Sms => ("CustomSMSSender", "customSMSSenderRequestV1"),
        }
    }
}

impl CognitoIdp {
    /// Refuses a key that the configuration does not hold, before a pool depends on it.
    ///
    /// # Errors
    /// InvalidParameterException.
    pub(crate) fn check_sender_key(&self, config: &LambdaConfigType) -> Result<()> {
        let sends = config.custom_email_sender.is_some() || config.custom_sms_sender.is_some();
        match config.kms_key_id.as_deref() {
            Some(key) if sends && !self.config().kms_keys.contains_key(key) => Err(error::kms_key_unknown(key)),
            _ => Ok(()),
        }
    }

    /// Tells the function, in the background.
    ///
    /// # Errors
    /// CodeDeliveryFailureException where the key is gone from the configuration or too many events are under way.
    pub(crate) fn hand_to_custom_sender(
        &self,
        pool: &UserPool,
        sender: CustomSender<'_>,
        draft: Draft<'_>,
    ) -> Result<()> {
        let Some(key) = self.config().kms_keys.get(sender.key) else {
            tracing::error!(pool.id = pool.id, "the KMS key of a custom sender is not among kms_keys");
            return Err(error::code_delivery_failed());
        };
        let wrapping = Key { name: sender.key, bytes: key.expose() };
        let context = [(POOL_IN_CONTEXT, pool.id.as_str())];
        let sealed = encrypt(wrapping, &context, draft.code.as_bytes());
        let Some(sealed) = sealed else { return Err(error::code_delivery_failed()) };
        let turn = self.sender_events().clone().try_acquire_owned().map_err(|_| error::code_delivery_failed())?;
        let call = FunctionCall {
            function_arn: sender.function.to_owned(),
            payload: Bytes::from(event(pool, sender, draft, &STANDARD.encode(sealed)).to_string()),
            timeout_ms: TIMEOUT_MS,
            source_arn: pool.arn(),
            principal: PRINCIPAL,
            role_arn: None,
            trace_id: None,
        };
        let (functions, pool_id) = (self.doors().functions.clone(), pool.id.clone());
        drop(world::spawn("cognito-idp: custom sender", async move {
            let mut outcome = Err(InvokeError::TimedOut);
            for _ in 0..TRIES {
                outcome = functions.invoke_later(call.clone()).await;
                if !matches!(outcome, Err(InvokeError::TimedOut | InvokeError::Unavailable(_))) {
                    break;
                }
            }
            if let Err(cause) = outcome {
                tracing::warn!(pool.id = pool_id, %cause, "a custom sender could not be told");
            }
            drop(turn);
        }));
        Ok(())
    }
}

fn event(pool: &UserPool, sender: CustomSender<'_>, draft: Draft<'_>, code: &str) -> Value {
    let (trigger, request_type) = sender.names();
    let occasion = draft.source.split_once('_').map_or(draft.source, |(_, occasion)| occasion);
    json!({
        "version": "1",
        "region": pool.region,
        "userPoolId": pool.id,
        "userName": draft.user.username,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": draft.said.client_id },
        "triggerSource": format!("{trigger}_{occasion}"),
        "request": {
            "type": request_type,
            "code": code,
            "clientMetadata": draft.said.metadata,
            "userAttributes": user_attributes(draft.user),
        },
        "response": {},
    })
}
