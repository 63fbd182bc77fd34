//! Changes to a user's attributes, and the codes that prove new addresses (guide: "Verifying updates to email addresses
//! and phone numbers").

use model_cognito_idp::types::CodeDeliveryDetailsType;
use store::{Tx, Versioned, retry};

use super::account::Replaced;
use super::attributes::{Attributes, Writer, check_delete, check_update};
use super::code::{CheckedCode, Purpose};
use super::destination::Destination;
use super::limit::Limited;
use super::registration::verify_address;
use crate::CognitoIdp;
use crate::entity::user::{VERIFIABLE, Verified, verified_flag};
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::message::{About, Draft};
use crate::table::user;
use crate::triggers::Said;

/// A code on its way after a commit.
type Outgoing = (Destination, String);

impl CognitoIdp {
    /// Changes attributes; a blank value deletes. Answers where codes went.
    ///
    /// # Errors
    /// Those of UpdateUserAttributes and AdminUpdateUserAttributes.
    pub(crate) async fn change_attributes(
        &self,
        pool: &UserPool,
        read: &User,
        changes: &Attributes,
        writer: Writer<'_>,
        said: Said<'_>,
    ) -> Result<Vec<CodeDeliveryDetailsType>> {
        let (user, outgoing, replaced) =
            retry(self.store(), || self.store_changes(pool, read, changes, writer)).await?;
        let sent = self.send_proofs(pool, &user, &outgoing, said).await;
        if sent.is_err() {
            self.put_back(pool, &replaced).await?;
        }
        sent
    }

    async fn send_proofs(
        &self,
        pool: &UserPool,
        user: &User,
        outgoing: &[Outgoing],
        said: Said<'_>,
    ) -> Result<Vec<CodeDeliveryDetailsType>> {
        let mut sent = Vec::with_capacity(outgoing.len());
        for (destination, code) in outgoing {
            let draft = Draft {
                user,
                name: &user.username,
                destination,
                about: About::Code,
                code,
                source: "CustomMessage_UpdateUserAttribute",
                said,
            };
            self.deliver(pool, draft).await?;
            sent.push(destination.details());
        }
        Ok(sent)
    }

    async fn store_changes(
        &self,
        pool: &UserPool,
        read: &User,
        changes: &Attributes,
        writer: Writer<'_>,
    ) -> Result<(User, Vec<Outgoing>, Replaced)> {
        let current = self.same_user(pool, read).await?;
        check_update(pool, &current, changes, writer)?;
        let mut user = current.value.clone();
        let to_prove = apply(pool, &mut user, changes);
        user.modified = self.now();
        self.check_aliases_free(pool, &current, &user).await?;
        let mut tx = Tx::new();
        user::update(&mut tx, pool, &current, &user)?;
        let mut outgoing = Vec::with_capacity(to_prove.len());
        for destination in to_prove {
            let purpose = Purpose::Attribute(destination.attribute);
            let code = self.stage_code(&mut tx, pool, &user.sub, purpose, &destination)?;
            outgoing.push((destination, code));
        }
        let version = self.store().commit(tx).await?.version;
        Ok((user, outgoing, Replaced { before: current.value, version }))
    }

    /// Removes attributes.
    ///
    /// # Errors
    /// Those of DeleteUserAttributes and AdminDeleteUserAttributes.
    pub(crate) async fn delete_attributes(
        &self,
        pool: &UserPool,
        read: &User,
        names: &[String],
        writer: Writer<'_>,
    ) -> Result<()> {
        check_delete(pool, names, writer)?;
        retry(self.store(), || async {
            let current = self.same_user(pool, read).await?;
            let mut user = current.value.clone();
            names.iter().for_each(|name| remove(&mut user, name));
            user.modified = self.now();
            let mut tx = Tx::new();
            user::update(&mut tx, pool, &current, &user)?;
            self.store().commit(tx).await?;
            Ok(())
        })
        .await
    }

    /// Sends a code to an address of the user: the one that waits for proof, else the one that stands.
    ///
    /// # Errors
    /// Those of GetUserAttributeVerificationCode.
    pub(crate) async fn send_attribute_code(
        &self,
        pool: &UserPool,
        user: &User,
        attribute: &str,
        said: Said<'_>,
    ) -> Result<CodeDeliveryDetailsType> {
        let attribute = verifiable(attribute)?;
        self.count_use(pool, Limited::AttributeCode, &user.sub).await?;
        let value = user.pending.get(attribute).or_else(|| user.attributes.get(attribute));
        let value = value.filter(|value| !value.is_empty()).ok_or_else(|| {
            error::invalid_parameter(format_args!("User does not have a value for the attribute {attribute}."))
        })?;
        let destination = Destination { attribute, value: value.clone() };
        let code = self.store_code(pool, &user.sub, Purpose::Attribute(attribute), &destination).await?;
        let draft = Draft {
            user,
            name: &user.username,
            destination: &destination,
            about: About::Code,
            code: &code,
            source: "CustomMessage_VerifyUserAttribute",
            said,
        };
        self.deliver(pool, draft).await?;
        Ok(destination.details())
    }

    /// Takes the code of an address.
    ///
    /// # Errors
    /// Those of VerifyUserAttribute.
    pub(crate) async fn verify_attribute(
        &self,
        pool: &UserPool,
        read: &Versioned<User>,
        attribute: &str,
        code: &str,
    ) -> Result<()> {
        let attribute = verifiable(attribute)?;
        self.count_use(pool, Limited::VerifyAttribute, &read.sub).await?;
        let checked = self.check_code(pool, &read.sub, Purpose::Attribute(attribute), code).await?;
        retry(self.store(), || self.take_proof(pool, read, attribute, &checked)).await
    }

    async fn take_proof(&self, pool: &UserPool, read: &User, attribute: &str, checked: &CheckedCode) -> Result<()> {
        let current = self.same_user(pool, read).await?;
        let mut user = current.value.clone();
        if user.pending.get(attribute).is_some_and(|value| value == checked.value()) {
            user.pending.remove(attribute);
            user.attributes.insert(attribute.to_owned(), checked.value().to_owned());
        }
        if user.attributes.get(attribute).is_none_or(|value| value != checked.value()) {
            return Err(error::code_expired());
        }
        verify_address(&mut user, checked);
        user.modified = self.now();
        self.check_aliases_free(pool, &current, &user).await?;
        let mut tx = Tx::new();
        self.use_up(&mut tx, pool, checked).await?;
        user::update(&mut tx, pool, &current, &user)?;
        self.store().commit(tx).await?;
        Ok(())
    }
}

fn verifiable(attribute: &str) -> Result<&'static str> {
    VERIFIABLE.into_iter().find(|name| *name == attribute).ok_or_else(error::only_phone_and_email_verified)
}

/// Applies the changes and tells which addresses want proof. A new address is not verified unless the same request says
/// so; where the pool wants it proven first, it waits aside.
fn apply(pool: &UserPool, user: &mut User, changes: &Attributes) -> Vec<Destination> {
    let mut to_prove = Vec::new();
    for (name, value) in changes {
        let address = VERIFIABLE.into_iter().find(|attribute| attribute == name);
        let flagged = changes.get(&verified_flag(name)).is_some_and(|flag| flag == "true");
        match address {
            _ if value.is_empty() => remove(user, name),
            Some(_) if user.attributes.get(name) == Some(value) => drop(user.pending.remove(name)),
            Some(attribute) if waits_for_proof(pool, attribute) && !flagged => {
                user.pending.insert(name.clone(), value.clone());
                to_prove.push(Destination { attribute, value: value.clone() });
            }
            Some(attribute) => {
                user.pending.remove(name);
                user.attributes.insert(name.clone(), value.clone());
                user.set_verified(attribute, if flagged { Verified::Yes } else { Verified::No });
                if pool.auto_verifies(attribute) && !flagged {
                    to_prove.push(Destination { attribute, value: value.clone() });
                }
            }
            None => drop(user.attributes.insert(name.clone(), value.clone())),
        }
    }
    to_prove
}

fn remove(user: &mut User, name: &str) {
    user.attributes.remove(name);
    user.pending.remove(name);
    if VERIFIABLE.contains(&name) {
        user.attributes.remove(&verified_flag(name));
    }
}

/// `AttributesRequireVerificationBeforeUpdate`.
fn waits_for_proof(pool: &UserPool, attribute: &str) -> bool {
    let setting = pool.settings.attribute_update_settings.as_ref();
    let listed = setting.and_then(|setting| setting.attributes_require_verification_before_update.as_ref());
    listed.is_some_and(|list| list.iter().any(|verified| verified.as_str() == attribute))
}
