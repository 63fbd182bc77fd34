//! GetFederationToken. What the user and the session policies both allow; without session policies, nothing but what
//! resource policies give.

use model_sts::types::{FederatedUser, GetFederationTokenRequest, GetFederationTokenResponse};

use crate::Cx;
use crate::authorization::Question;
use crate::error::Result;
use crate::identity::Identity;
use crate::session::{Session, SessionKind};
use crate::sts::error::{access_denied, session_credentials};
use crate::sts::grant::{HOUR_S, credentials_to_wire, grant, session_policies, session_tags};

/// Seconds where a request does not say.
const DEFAULT_S: i32 = 43_200;

/// Lends a user's permissions to somebody.
pub async fn get_federation_token(cx: &Cx<'_>, input: GetFederationTokenRequest) -> Result<GetFederationTokenResponse> {
    let identity = cx.long_term_identity(session_credentials("GetFederationToken")).await?;
    let tags = session_tags(&identity, input.tags, None)?;
    may_federate(cx, &identity, &input.name, &tags.requested).await?;
    let policies = session_policies(cx.shared, identity.account(), input.policy, input.policy_arns).await?;
    let asked = input.duration_seconds.unwrap_or(DEFAULT_S);
    let (user, duration) = match &identity {
        Identity::User(user) => (Some((user.name.clone(), user.id.clone())), asked),
        _ => (None, asked.min(HOUR_S)),
    };
    let kind = SessionKind::Federated { name: input.name, user };
    let mut session = Session::begin(cx.shared, identity.account(), kind, duration);
    (session.policy, session.policy_arns, session.tags) = (policies.policy, policies.arns, tags.all);
    let granted = grant(cx.shared, session)?;
    let principal = granted.session.principal();
    Ok(GetFederationTokenResponse {
        credentials: Some(credentials_to_wire(granted.credentials)),
        federated_user: Some(FederatedUser {
            federated_user_id: principal.user_id().map(str::to_owned),
            arn: Some(principal.display_arn()),
        }),
        // recorded: 0 stands where there are no policies
        packed_policy_size: Some(granted.packed.unwrap_or(0)),
        session_token_utilization: None,
        session_token_size: None,
    })
}

async fn may_federate(cx: &Cx<'_>, identity: &Identity, name: &str, tags: &[crate::entity::Tag]) -> Result<()> {
    let resource = format!("arn:aws:sts::{}:federated-user/{name}", identity.account());
    let values: Vec<(String, &str)> =
        tags.iter().map(|tag| (format!("aws:RequestTag/{}", tag.key), tag.value.as_str())).collect();
    let keys: Vec<(&str, &str)> = values.iter().map(|(key, value)| (key.as_str(), *value)).collect();
    let names: Vec<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    let lists = [("aws:TagKeys", names.as_slice())];
    let actions = ["sts:GetFederationToken", "sts:TagSession"];
    for action in actions.iter().take(if tags.is_empty() { 1 } else { 2 }) {
        let question = Question { keys: &keys, lists: &lists, ..Question::new(action, &resource, cx.call.now) };
        let verdict = cx.shared.authorize(identity, &question).await?;
        if !verdict.is_allowed() {
            return Err(access_denied(verdict.sentence));
        }
    }
    Ok(())
}
