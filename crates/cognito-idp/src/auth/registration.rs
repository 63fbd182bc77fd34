//! Registering people: sign-up, its code, and sending that code again (guide: "Signing up and confirming user
//! accounts").
//!
//! Where the client hides which users exist, a name without user goes the same way as one with: codes are kept, limits
//! counted, the destination made up. Users past confirmation are answered like names without user, then.

use aws_types::AwsError;
use model_cognito_idp::types::{CodeDeliveryDetailsType, EventFilterType, UserStatusType};
use store::{Tx, Versioned, retry};

use super::attributes::{Attributes, Writer, check_new};
use super::code::{CheckedCode, Purpose};
use super::credential::{Setter, check_policy};
use super::destination::Destination;
use super::limit::Limited;
use super::naming::NewName;
use crate::CognitoIdp;
use crate::entity::user::{UserMfa, VERIFIABLE, Verified};
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::message::{About, Draft};
use crate::table::user;
use crate::triggers::post_confirmation::SIGN_UP;
use crate::triggers::pre_sign_up::Maker;
use crate::triggers::{Metadata, Said};

/// A person who registers.
#[derive(Clone)]
pub(crate) struct NewUser<'a> {
    /// As typed.
    pub name: &'a str,
    pub password: &'a str,
    pub attributes: Attributes,
    /// `ValidationData`, for PreSignUp.
    pub validation: Option<Metadata>,
    pub said: Said<'a>,
}

/// Who was registered.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    pub user: User,
    /// Where the code went; absent where the pool verifies nothing that was given.
    pub sent: Option<CodeDeliveryDetailsType>,
}

/// What happens to an alias that somebody else holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aliases {
    /// AliasExistsException.
    Keep,
    /// `ForceAliasCreation`: it moves.
    Move,
}

impl CognitoIdp {
    /// Registers a person and sends the code.
    ///
    /// # Errors
    /// Those of SignUp. After CodeDeliveryFailureException the user is gone again.
    pub(crate) async fn register(&self, pool: &UserPool, client: &AppClient, new: NewUser<'_>) -> Result<Registered> {
        if pool.admin_create_only() {
            return Err(error::sign_up_not_permitted());
        }
        if new.password.is_empty() {
            return Err(error::password_required());
        }
        let name = self.new_name(pool, new.name, new.attributes)?;
        let attributes = check_new(pool, name.attributes.clone(), Writer::Client(client))?;
        check_policy(pool, Setter::User, new.password)?;
        self.check_chosen_password(pool, Some(&client.id), EventFilterType::SignUp, new.password).await?;
        let mut user = self.new_user(NewName { attributes, ..name }, UserStatusType::Unconfirmed);
        self.check_names_free(pool, &user).await?;
        self.pre_sign_up(pool, &mut user, Maker::Person, new.validation.as_ref(), new.said).await?;
        user.password = Some(self.hash_password(pool, &user, new.password).await?);
        let confirmed = user.status == UserStatusType::Confirmed;
        let destination = sign_up_destination(pool, &user).filter(|_| !confirmed);
        let (version, code) =
            retry(self.store(), || self.store_registration(pool, &user, destination.as_ref())).await?;
        if confirmed {
            self.post_confirmation(pool, &user.username, SIGN_UP, new.said).await?;
        }
        let Some((destination, code)) = destination.zip(code) else { return Ok(Registered { user, sent: None }) };
        let about = About::SignUp { client_id: &client.id };
        let draft = Draft {
            user: &user,
            name: new.name,
            destination: &destination,
            about,
            code: &code,
            source: "CustomMessage_SignUp",
            said: new.said,
        };
        if let Err(error) = self.deliver(pool, draft).await {
            self.undo_creation(pool, &user, version).await?;
            return Err(error);
        }
        Ok(Registered { user, sent: Some(destination.details()) })
    }

    /// A user to be, enabled, without password. Addresses are not verified unless the attributes say so.
    pub(crate) fn new_user(&self, name: NewName, status: UserStatusType) -> User {
        let now = self.now();
        let mut user = User {
            username: name.username,
            sub: name.sub,
            attributes: name.attributes,
            pending: Attributes::new(),
            status,
            enabled: true,
            password: None,
            password_history: Vec::new(),
            epoch: 0,
            device_generation: 0,
            mfa: UserMfa::default(),
            identities: Vec::new(),
            created: now,
            modified: now,
        };
        for attribute in VERIFIABLE.into_iter().filter(|name| user.attributes.contains_key(*name)).collect::<Vec<_>>() {
            let verified = if user.is_verified(attribute) { Verified::Yes } else { Verified::No };
            user.set_verified(attribute, verified);
        }
        user
    }

    async fn store_registration(
        &self,
        pool: &UserPool,
        user: &User,
        destination: Option<&Destination>,
    ) -> Result<(i64, Option<String>)> {
        self.check_names_free(pool, user).await?;
        let mut tx = Tx::new();
        user::insert(&mut tx, pool, user)?;
        let code = destination
            .map(|destination| self.stage_code(&mut tx, pool, &user.sub, Purpose::SignUp, destination))
            .transpose()?;
        Ok((self.store().commit(tx).await?.version, code))
    }

    /// Takes back a user whose first message could not be sent, so that the next try finds the name free.
    pub(crate) async fn undo_creation(&self, pool: &UserPool, user: &User, version: i64) -> Result<()> {
        let current = user::by_username(self.store(), pool, &user.username).await?;
        let Some(current) = current.filter(|current| current.version == version) else { return Ok(()) };
        let mut tx = Tx::new();
        user::delete(&mut tx, pool, &current);
        match self.store().commit(tx).await {
            Ok(_) | Err(store::StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The code of a registration; `given` is name and code.
    ///
    /// # Errors
    /// Those of ConfirmSignUp.
    pub(crate) async fn confirm_registration(
        &self,
        pool: &UserPool,
        client: &AppClient,
        given: (&str, &str),
        aliases: Aliases,
        said: Said<'_>,
    ) -> Result<()> {
        let (name, code) = given;
        let hides = client.settings.prevents_user_existence_errors();
        let found = user::by_name(self.store(), pool, name).await?;
        let waits = |user: &Versioned<User>| user.status == UserStatusType::Unconfirmed;
        let Some(user) = found.filter(|user| !hides || waits(user)) else {
            if !hides {
                return Err(error::username_client_not_found());
            }
            return Err(self.refuse_code(pool, name, code, (Limited::Confirm, Purpose::SignUp)).await);
        };
        self.count_use(pool, Limited::Confirm, &user.sub).await?;
        if !waits(&user) {
            return Err(error::cannot_be_confirmed(user.status.as_str()));
        }
        let checked = self.check_code(pool, &user.sub, Purpose::SignUp, code).await;
        let checked = checked.map_err(|refusal| if hides { hidden(refusal) } else { refusal })?;
        retry(self.store(), || self.take_confirmation(pool, &user, &checked, aliases)).await?;
        self.post_confirmation(pool, &user.username, SIGN_UP, said).await
    }

    /// The way of a wrong code, for a name whose user must not be seen.
    pub(crate) async fn refuse_code(
        &self,
        pool: &UserPool,
        name: &str,
        code: &str,
        (limited, purpose): (Limited, Purpose),
    ) -> AwsError {
        let phantom = self.phantom(pool, name);
        if let Err(error) = self.count_use(pool, limited, &phantom).await {
            return error;
        }
        // A code that was never sent may be guessed; it still does nothing.
        let judged = self.check_code(pool, &phantom, purpose, code).await;
        let refusal = judged.map_or_else(|error| error, |_| error::code_mismatch());
        if purpose == Purpose::SignUp { hidden(refusal) } else { refusal }
    }

    async fn take_confirmation(
        &self,
        pool: &UserPool,
        read: &Versioned<User>,
        checked: &CheckedCode,
        aliases: Aliases,
    ) -> Result<()> {
        let current = self.same_user(pool, read).await?;
        if current.status != UserStatusType::Unconfirmed {
            return Err(error::cannot_be_confirmed(current.status.as_str()));
        }
        let mut user = current.value.clone();
        user.status = UserStatusType::Confirmed;
        user.modified = self.now();
        verify_address(&mut user, checked);
        let mut tx = Tx::new();
        self.use_up(&mut tx, pool, checked).await?;
        match aliases {
            Aliases::Keep => self.check_aliases_free(pool, &current, &user).await?,
            Aliases::Move => self.move_aliases(&mut tx, pool, &user).await?,
        }
        user::update(&mut tx, pool, &current, &user)?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// Adds to `tx` that whoever holds one of this user's aliases has it unverified from now on.
    pub(crate) async fn move_aliases(&self, tx: &mut Tx, pool: &UserPool, user: &User) -> Result<()> {
        for (attribute, value) in user.aliases(pool) {
            let holder = user::by_alias(self.store(), pool, attribute, value).await?;
            let Some(holder) = holder.filter(|holder| holder.sub != user.sub) else { continue };
            if !VERIFIABLE.contains(&attribute) || pool.has_username_attribute(attribute) {
                return Err(error::alias_exists(attribute));
            }
            let mut loser = holder.value.clone();
            loser.set_verified(attribute, Verified::No);
            loser.modified = self.now();
            user::update(tx, pool, &holder, &loser)?;
        }
        Ok(())
    }

    /// The user as they stand now.
    ///
    /// # Errors
    /// UserNotFoundException where they are gone.
    pub(crate) async fn same_user(&self, pool: &UserPool, read: &User) -> Result<Versioned<User>> {
        let current = user::by_username(self.store(), pool, &read.username).await?;
        current.filter(|current| current.sub == read.sub).ok_or_else(error::user_does_not_exist)
    }

    /// Sends the code of a registration again.
    ///
    /// # Errors
    /// Those of ResendConfirmationCode.
    pub(crate) async fn resend_registration_code(
        &self,
        pool: &UserPool,
        client: &AppClient,
        name: &str,
        said: Said<'_>,
    ) -> Result<CodeDeliveryDetailsType> {
        let hides = client.settings.prevents_user_existence_errors();
        let found = user::by_name(self.store(), pool, name).await?;
        let waits = |user: &Versioned<User>| user.enabled && user.status == UserStatusType::Unconfirmed;
        let Some(user) = found.filter(|user| !hides || waits(user)) else {
            if !hides {
                return Err(error::username_client_not_found());
            }
            return self.pretend_code(pool, name, (Limited::Resend, Purpose::SignUp)).await;
        };
        self.count_use(pool, Limited::Resend, &user.sub).await?;
        if !user.enabled {
            return Err(error::user_is_disabled());
        }
        if user.status != UserStatusType::Unconfirmed {
            return Err(error::user_already_confirmed());
        }
        let destination = sign_up_destination(pool, &user).ok_or_else(error::no_delivery_medium)?;
        let code = self.store_code(pool, &user.sub, Purpose::SignUp, &destination).await?;
        let about = About::SignUp { client_id: &client.id };
        let draft = Draft {
            user: &user,
            name: &user.username,
            destination: &destination,
            about,
            code: &code,
            source: "CustomMessage_ResendCode",
            said,
        };
        self.deliver(pool, draft).await?;
        Ok(destination.details())
    }

    /// Keeps a new code in a transaction of its own.
    pub(crate) async fn store_code(
        &self,
        pool: &UserPool,
        subject: &str,
        purpose: Purpose,
        destination: &Destination,
    ) -> Result<String> {
        let mut tx = Tx::new();
        let code = self.stage_code(&mut tx, pool, subject, purpose, destination)?;
        self.store().commit(tx).await?;
        Ok(code)
    }

    /// Everything but the sending, for a name whose user must not be seen.
    pub(crate) async fn pretend_code(
        &self,
        pool: &UserPool,
        name: &str,
        (limited, purpose): (Limited, Purpose),
    ) -> Result<CodeDeliveryDetailsType> {
        self.count_use(pool, limited, &self.phantom(pool, name)).await?;
        self.pretend_sending(pool, name, purpose).await
    }

    /// The same, where the use was counted already.
    pub(crate) async fn pretend_sending(
        &self,
        pool: &UserPool,
        name: &str,
        purpose: Purpose,
    ) -> Result<CodeDeliveryDetailsType> {
        let phantom = self.phantom(pool, name);
        let destination = self.imagined_destination(pool, name);
        self.check_sending(pool, &destination).await?;
        self.store_code(pool, &phantom, purpose, &destination).await?;
        Ok(destination.details())
    }

    /// The same made-up address for a name, always; where the name is an address, that one.
    pub(crate) fn imagined_destination(&self, pool: &UserPool, name: &str) -> Destination {
        let value = name.to_owned();
        if super::attributes::is_phone_number(name) {
            return Destination { attribute: "phone_number", value };
        }
        if super::attributes::is_email(name) {
            return Destination { attribute: "email", value };
        }
        let phone = pool.auto_verifies("phone_number") && !pool.auto_verifies("email");
        self.imagined_address(pool, name, if phone { "phone_number" } else { "email" })
    }

    /// The same made-up value of `email` or `phone_number` for a name, always; where the name is one, that one.
    pub(crate) fn imagined_address(&self, pool: &UserPool, name: &str, attribute: &'static str) -> Destination {
        let phone = attribute == "phone_number";
        if (phone && super::attributes::is_phone_number(name)) || (!phone && super::attributes::is_email(name)) {
            return Destination { attribute, value: name.to_owned() };
        }
        let tag = self.code_mac(&format!("imagined|{}|{}", pool.id, user::fold(pool, name)));
        let drawn: Vec<u8> = tag.as_ref().to_vec();
        let draw = |at: usize| u32::from(drawn.get(at).copied().unwrap_or_default());
        if phone {
            let digits: String = (0..11).map(|at| char::from_digit(draw(at) % 10, 10).unwrap_or('0')).collect();
            return Destination { attribute, value: format!("+{digits}") };
        }
        let letter = |at: usize| char::from_digit(10 + draw(at) % 26, 36).unwrap_or('a');
        Destination { attribute, value: format!("{}@{}", letter(0), letter(1)) }
    }
}

/// How a bad code of a registration is answered where existence is hidden: expired, tried too often, never made and wrong
/// are one, for they differ by whether somebody registered. The hourly limit counts alike for all names.
fn hidden(refusal: AwsError) -> AwsError {
    let alike = [error::code_expired().code, error::attempt_limit_exceeded().code];
    if alike.contains(&refusal.code) { error::code_mismatch() } else { refusal }
}

/// Where the code of a registration goes: to an address that the pool verifies, the phone first.
pub(crate) fn sign_up_destination(pool: &UserPool, user: &User) -> Option<Destination> {
    VERIFIABLE.into_iter().filter(|attribute| pool.auto_verifies(attribute)).find_map(|attribute| {
        let value = user.attributes.get(attribute).filter(|value| !value.is_empty())?.clone();
        Some(Destination { attribute, value })
    })
}

/// Marks the address that a code went to, if it is still the user's.
pub(crate) fn verify_address(user: &mut User, checked: &CheckedCode) {
    let proven = |attribute: &&str| {
        *attribute == checked.attribute()
            && user.attributes.get(*attribute).is_some_and(|value| value == checked.value())
    };
    if let Some(attribute) = VERIFIABLE.into_iter().find(proven) {
        user.set_verified(attribute, Verified::Yes);
    }
}
