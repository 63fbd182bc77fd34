//! The gateway's port to callers with AWS credentials: who signed a call of an API, and whether its policies let it.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, AwsError};
use execute_api::explain::Statement;
use execute_api::ports::{
    CallerCredentials, CognitoIdentity, IamCaller, IamCallers, IamIdentity, IamQuestion, IamVerdict,
};
use iam::{Identity, Principals, Question};
use iam_policy::masked_account;
use sigv4::{EXECUTE_API_WINDOW_S, Rules, SigError, SignedRequest, Style};
use world::{Clock as _, SystemClock};

use crate::access::Access;

/// Proves signatures by the keys that the front door knows. In local mode too, a key that is not known is nobody's.
pub struct Callers {
    access: Arc<Access>,
    clock: Arc<SystemClock>,
}

impl Callers {
    /// By the keys of the front door.
    pub const fn new(access: Arc<Access>, clock: Arc<SystemClock>) -> Self {
        Self { access, clock }
    }
}

#[async_trait]
impl IamCallers for Callers {
    async fn prove(&self, request: &SignedRequest<'_>) -> Result<Arc<dyn IamCaller>, SigError> {
        let presented = sigv4::presented(request)?.ok_or(SigError::MissingToken)?;
        let rules = Rules {
            service: "execute-api",
            region: None,
            now: self.clock.real(),
            window_s: EXECUTE_API_WINDOW_S,
            style: Style::Normalised,
        };
        let access = &self.access;
        let identity = access.known(request, &presented, &rules, self.clock.now()).await?;
        let shown = Arc::new(IamIdentity {
            account_id: identity.account().to_string(),
            access_key: presented.access_key_id.clone(),
            user_id: identity.user_id(),
            user_arn: identity.arn(),
            cognito: cognito(&identity),
        });
        Ok(Arc::new(Caller {
            identity,
            shown,
            principals: Arc::clone(access.principals()),
            clock: Arc::clone(&self.clock),
        }))
    }

    async fn shown(&self, account: &AccountId, caller: &aws_types::Caller) -> IamIdentity {
        let mut shown = IamIdentity::of_call(account, caller);
        match self.access.principals().of_call(account, caller).await {
            Ok(Some(identity)) => {
                shown.user_id = identity.user_id();
                shown.cognito = cognito(&identity);
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(?error, "a caller could not be looked up"),
        }
        shown
    }
}

/// What an identity pool's credentials say of their bearer.
fn cognito(identity: &Identity) -> Option<CognitoIdentity> {
    const PROVIDER: &str = "cognito-identity.amazonaws.com";
    let Identity::Session(session) = identity else { return None };
    let key = |name: &str| {
        let wanted = format!("{PROVIDER}:{name}");
        session.keys.iter().find(|(key, _)| **key == wanted).map(|(_, value)| value.clone())
    };
    let amr: Vec<String> = session
        .lists
        .iter()
        .find(|(key, _)| **key == format!("{PROVIDER}:amr"))
        .map(|(_, values)| values.clone())
        .unwrap_or_default();
    let (kind, providers): (Vec<String>, Vec<String>) =
        amr.into_iter().partition(|one| one == "authenticated" || one == "unauthenticated");
    Some(CognitoIdentity {
        identity_id: key("sub")?,
        identity_pool_id: key("aud")?,
        authentication_type: kind.into_iter().next().unwrap_or_default(),
        authentication_provider: Some(providers.join(",")).filter(|text| !text.is_empty()),
    })
}

struct Caller {
    identity: Identity,
    shown: Arc<IamIdentity>,
    principals: Arc<Principals>,
    clock: Arc<SystemClock>,
}

#[async_trait]
impl IamCaller for Caller {
    fn identity(&self) -> &Arc<IamIdentity> {
        &self.shown
    }

    fn credentials(&self) -> Option<CallerCredentials> {
        Some(CallerCredentials(Arc::new(self.identity.clone())))
    }

    async fn may(&self, asked: &IamQuestion<'_>) -> Result<IamVerdict, AwsError> {
        let keys: Vec<(&str, &str)> = asked.keys.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let question = Question {
            keys: &keys,
            resource_policy: asked.policy,
            resource_account: Some(asked.owner.as_str()),
            vpc_endpoint: asked.vpc_endpoint,
            ..Question::new(asked.action, asked.resource, self.clock.now())
        };
        let verdict = self.principals.authorize(&self.identity, &question).await?;
        if verdict.is_allowed() {
            return Ok(IamVerdict::default());
        }
        let mut by = Statement::because(verdict.reason);
        if let Some(statement) = &mut by {
            statement.sid.clone_from(&verdict.sid);
        }
        // The sentence names the method; API Gateway shows only the last digits of its account.
        let denial = verdict.sentence.replace(asked.resource, &masked_account(asked.resource));
        Ok(IamVerdict { denial: Some(denial), by })
    }
}
