//! NEW_PASSWORD_REQUIRED: somebody with a temporary password sets their own, and the attributes that the pool requires.

use std::collections::BTreeMap;

use aws_types::AwsError;
use model_cognito_idp::types::{ChallengeNameType, UserStatusType};
use store::{Tx, Versioned, retry};

use super::attributes::{Attributes, Writer, check_required, check_update, missing_required};
use super::credential::{Setter, replace_password};
use super::flow::{Answer, Challenge, Responses, Step};
use super::progress::{Progress, SignIn};
use super::session::{ChallengeSession, Holder};
use super::token::may_read;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::User;
use crate::entity::user::StoredPassword;
use crate::error::{self, Result};
use crate::table::user;

const STEP: ChallengeNameType = ChallengeNameType::NewPasswordRequired;

struct NewPassword {
    session: ChallengeSession,
    stored: StoredPassword,
    attributes: Attributes,
}

impl CognitoIdp {
    /// Asks for a new password.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn ask_new_password(&self, visit: Visit<'_>, user: &User, progress: Progress) -> Result<Step> {
        let required: Vec<String> =
            missing_required(visit.pool, &user.attributes).map(|name| format!("userAttributes.{name}")).collect();
        let readable: BTreeMap<&String, &String> =
            user.attributes.iter().filter(|(name, _)| may_read(visit.client, name)).collect();
        let text = |value: Result<String, serde_json::Error>| value.map_err(AwsError::internal);
        let parameters = BTreeMap::from([
            ("USER_ID_FOR_SRP".to_owned(), user.username.clone()),
            ("requiredAttributes".to_owned(), text(serde_json::to_string(&required))?),
            ("userAttributes".to_owned(), text(serde_json::to_string(&readable))?),
        ]);
        let mut session = self.new_session(visit, STEP.as_str(), Holder::User(user));
        session.progress = progress;
        let session = Some(self.seal_session(&session)?);
        Ok(Step::Challenge(Challenge { name: STEP, session, parameters, available: Vec::new() }))
    }

    /// Takes the new password and goes on.
    ///
    /// # Errors
    /// NotAuthorizedException for session and attributes, InvalidPasswordException,
    /// PasswordHistoryPolicyViolationException, InvalidParameterException.
    pub(crate) async fn answer_new_password(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let (pool, client) = (visit.pool, visit.client);
        let (session, user) = self.resume(visit, STEP, answer).await?;
        check_awaited(&user)?;
        let password = answer.responses.get("NEW_PASSWORD").filter(|password| !password.is_empty());
        let password = password.ok_or_else(|| error::missing_parameter("NEW_PASSWORD"))?;
        let attributes = new_attributes(visit, &user, answer.responses)?;
        self.check_new_password(pool, Some(&user), Setter::User, password).await?;
        let stored = self.hash_password(pool, &user, password).await?;
        let change = NewPassword { session, stored, attributes };
        let user = retry(self.store(), || self.take_new_password(visit, &change)).await?;
        tracing::debug!(pool.id = pool.id, client.id = client.id, "a temporary password was replaced");
        let progress = Progress { new_password: true, ..change.session.progress };
        self.advance(visit, SignIn { user, progress, attempt: None }).await
    }

    async fn take_new_password(&self, visit: Visit<'_>, change: &NewPassword) -> Result<Versioned<User>> {
        let pool = visit.pool;
        let session = &change.session;
        self.check_live(pool, session).await?;
        let current = self.session_user(visit, session, None).await?;
        check_awaited(&current)?;
        let mut user = current.value.clone();
        user.attributes.extend(change.attributes.clone());
        replace_password(pool, &mut user, change.stored.clone());
        user.status = UserStatusType::Confirmed;
        user.modified = self.now();
        self.check_aliases_free(pool, &current, &user).await?;
        let mut tx = Tx::new();
        self.spend_session(&mut tx, session);
        user::update(&mut tx, pool, &current, &user)?;
        let version = self.store().commit(tx).await?.version;
        Ok(Versioned { value: user, version, ..current })
    }
}

fn check_awaited(user: &User) -> Result<()> {
    if user.status == UserStatusType::ForceChangePassword { Ok(()) } else { Err(error::invalid_session()) }
}

/// `userAttributes.<name>` of the answer: only what is not there yet, within the client's rights and the schema.
fn new_attributes(visit: Visit<'_>, user: &User, responses: &Responses) -> Result<Attributes> {
    let given: Attributes = responses
        .iter()
        .filter_map(|(key, value)| Some((key.strip_prefix("userAttributes.")?.to_owned(), value.clone())))
        .collect();
    if let Some(name) = given.keys().find(|name| user.attribute(name).is_some_and(|value| !value.is_empty())) {
        return Err(error::already_provided(name));
    }
    check_update(visit.pool, user, &given, Writer::Client(visit.client))?;
    let mut after = user.attributes.clone();
    after.extend(given.clone());
    check_required(visit.pool, &after)?;
    Ok(given.into_iter().filter(|(_, value)| !value.is_empty()).collect())
}
