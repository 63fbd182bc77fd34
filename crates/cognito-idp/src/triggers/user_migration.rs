//! UserMigration: somebody who does not exist here signs in or forgot their password; the function may know them.
//!
//! A password that it does not know is a wrong password: it counts towards the lock-out. No invitation is sent,
//! whatever `messageAction` says, for it would hold the person's own password; `desiredDeliveryMediums` and
//! `enableSMSMFA` have no effect.

use aws_types::AwsError;
use model_cognito_idp::types::UserStatusType;
use serde_json::json;
use store::{Tx, Versioned, retry};

use super::answer::Response;
use super::{Event, Said, Trigger};
use crate::CognitoIdp;
use crate::auth::attributes::{Attributes, Writer, check_new};
use crate::auth::naming::NewName;
use crate::auth::registration::Aliases;
use crate::auth::visit::{Lane, Visit};
use crate::entity::{AppClient, User, UserPool};
use crate::error::{Result, unrecognizable_lambda_output};
use crate::table::user;

/// What somebody unknown wants.
#[derive(Clone, Copy)]
pub(crate) struct Stranger<'a> {
    /// As typed.
    pub name: &'a str,
    /// Of a sign-in; a forgotten one is not there.
    pub password: Option<&'a str>,
    pub said: Said<'a>,
}

impl CognitoIdp {
    /// Asks the function for somebody who signs in. `None` where it does not know them and the client hides that.
    ///
    /// # Errors
    /// The function's, where the client does not hide who exists; NotAuthorizedException while the name is locked.
    pub(crate) async fn migrate_at_sign_in(
        &self,
        visit: Visit<'_>,
        stranger: Stranger<'_>,
    ) -> Result<Option<Versioned<User>>> {
        let Visit { pool, client, .. } = visit;
        if Trigger::UserMigration.function(&pool.settings.lambda_config).is_none() {
            return Ok(None);
        }
        let attempt = self.begin_attempt(visit.guess(stranger.name, Lane::Everybody)).await?;
        // A slow function must not hold up others at the gate.
        attempt.leave_gate();
        match self.migrate(pool, stranger).await {
            Ok(user) => {
                self.take_back(pool, attempt).await?;
                Ok(user)
            }
            Err(error) if error.internal.is_none() && client.settings.prevents_user_existence_errors() => {
                tracing::info!(pool.id = pool.id, code = %error.code, "a user was not migrated");
                // The refusal that follows counts this attempt itself.
                self.take_back(pool, attempt).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks the function for somebody who forgot their password.
    ///
    /// # Errors
    /// As at sign-in.
    pub(crate) async fn migrate_at_reset(
        &self,
        pool: &UserPool,
        client: &AppClient,
        stranger: Stranger<'_>,
    ) -> Result<Option<Versioned<User>>> {
        match self.migrate(pool, stranger).await {
            Err(error) if error.internal.is_none() && client.settings.prevents_user_existence_errors() => {
                tracing::info!(pool.id = pool.id, code = %error.code, "a user was not migrated");
                Ok(None)
            }
            migrated => migrated,
        }
    }

    async fn migrate(&self, pool: &UserPool, stranger: Stranger<'_>) -> Result<Option<Versioned<User>>> {
        let Stranger { name, password, said } = stranger;
        let mut request = json!({ "validationData": said.metadata });
        if let (Some(request), Some(password)) = (request.as_object_mut(), password) {
            request.insert("password".to_owned(), json!(password));
        }
        let event = Event {
            trigger: Trigger::UserMigration,
            source: match password {
                Some(_) => "UserMigration_Authentication",
                None => "UserMigration_ForgotPassword",
            },
            version: "1",
            user: name,
            said,
            request,
            response: json!({
                "userAttributes": null,
                "finalUserStatus": null,
                "messageAction": null,
                "desiredDeliveryMediums": null,
                "forceAliasCreation": null,
                "enableSMSMFA": null,
            }),
        };
        let Some(response) = self.run_trigger(pool, event).await? else { return Ok(None) };
        let arrival = Arrival::read(&response)?;
        self.settle(pool, stranger, arrival).await.map(Some)
    }

    /// Makes the user that the function described.
    async fn settle(&self, pool: &UserPool, stranger: Stranger<'_>, arrival: Arrival) -> Result<Versioned<User>> {
        let typed = arrival.username.as_deref().unwrap_or(stranger.name);
        let name = self.new_name(pool, typed, arrival.attributes)?;
        let attributes = check_new(pool, name.attributes.clone(), Writer::Admin)?;
        let mut user = self.new_user(NewName { attributes, ..name }, arrival.status);
        if let Some(password) = stranger.password {
            user.password = Some(self.hash_password(pool, &user, password).await?);
        }
        retry(self.store(), || async {
            let mut tx = Tx::new();
            match arrival.aliases {
                Aliases::Keep => self.check_names_free(pool, &user).await?,
                Aliases::Move => {
                    self.check_username_free(pool, &user).await?;
                    self.move_aliases(&mut tx, pool, &user).await?;
                }
            }
            user::insert(&mut tx, pool, &user)?;
            self.store().commit(tx).await?;
            Ok::<_, AwsError>(())
        })
        .await?;
        let made = user::by_username(self.store(), pool, &user.username).await?;
        made.ok_or_else(|| AwsError::internal("a migrated user is not there"))
    }
}

/// A user as the function describes them.
struct Arrival {
    attributes: Attributes,
    /// `userAttributes.username`: where somebody signed in by an alias.
    username: Option<String>,
    status: UserStatusType,
    aliases: Aliases,
}

impl Arrival {
    fn read(response: &Response) -> Result<Self> {
        let mut attributes = response.text_map("userAttributes")?;
        let username = attributes.remove("username").filter(|name| !name.is_empty());
        attributes.remove("sub");
        if attributes.is_empty() {
            return Err(unrecognizable_lambda_output());
        }
        let status = match response.text("finalUserStatus")?.as_deref() {
            Some("CONFIRMED") => UserStatusType::Confirmed,
            Some("RESET_REQUIRED" | "") | None => UserStatusType::ResetRequired,
            Some(_) => return Err(unrecognizable_lambda_output()),
        };
        let aliases = if response.flag("forceAliasCreation")? { Aliases::Move } else { Aliases::Keep };
        Ok(Self { attributes, username, status, aliases })
    }
}
