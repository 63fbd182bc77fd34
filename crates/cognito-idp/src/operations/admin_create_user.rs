//! AdminCreateUser.
//!
//! Where DesiredDeliveryMediums is not given, the
//! invitation goes to the phone, else by e-mail. A user without either gets none.

use aws_types::AwsError;
use model_cognito_idp::types::{
    AdminCreateUserRequest, AdminCreateUserResponse, DeliveryMediumType, MessageActionType, UserStatusType,
};
use store::{Tx, Versioned, retry};

use crate::Cx;
use crate::auth::attributes::{Writer, check_new, to_map};
use crate::auth::credential::{Setter, check_policy, replace_password};
use crate::auth::destination::Destination;
use crate::auth::naming::NewName;
use crate::auth::password_policy;
use crate::auth::registration::Aliases;
use crate::entity::{User, UserPool};
use crate::error::{self, Result};
use crate::message::{About, Draft};
use crate::table::user;
use crate::triggers::pre_sign_up::Maker;
use crate::triggers::{Metadata, Said};

/// Makes a user with a temporary password, or invites one again.
pub async fn admin_create_user(cx: &Cx<'_>, input: AdminCreateUserRequest) -> Result<AdminCreateUserResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let password = temporary_password(cx, &pool, input.temporary_password.as_deref())?;
    let user = match input.message_action {
        Some(MessageActionType::Resend) => invite_again(cx, &pool, &input, &password).await?.value,
        _ => create(cx, &pool, input, &password).await?,
    };
    Ok(AdminCreateUserResponse { user: Some(user.to_wire()) })
}

fn temporary_password(cx: &Cx<'_>, pool: &UserPool, given: Option<&str>) -> Result<String> {
    match given.filter(|given| !given.is_empty()) {
        None => Ok(password_policy::generate(&pool.settings.password_policy, cx.service.rng())),
        Some(given) => {
            check_policy(pool, Setter::Admin, given)?;
            Ok(given.to_owned())
        }
    }
}

async fn create(cx: &Cx<'_>, pool: &UserPool, input: AdminCreateUserRequest, password: &str) -> Result<User> {
    let name = cx.service.new_name(pool, &input.username, to_map(input.user_attributes))?;
    let attributes = check_new(pool, name.attributes.clone(), Writer::Admin)?;
    let mut user = cx.service.new_user(NewName { attributes, ..name }, UserStatusType::ForceChangePassword);
    let aliases = if input.force_alias_creation == Some(true) { Aliases::Move } else { Aliases::Keep };
    stage(cx, pool, &user, aliases).await?;
    let validation = input.validation_data.map(|list| to_map(Some(list)));
    let said = Said::by_admin(input.client_metadata.as_ref());
    cx.service.pre_sign_up(pool, &mut user, Maker::Admin, validation.as_ref(), said).await?;
    user.password = Some(cx.service.hash_password(pool, &user, password).await?);
    let version = retry(cx.store(), || async {
        let mut tx = stage(cx, pool, &user, aliases).await?;
        user::insert(&mut tx, pool, &user)?;
        Ok::<_, AwsError>(cx.store().commit(tx).await?.version)
    })
    .await?;
    if input.message_action == Some(MessageActionType::Suppress) {
        return Ok(user);
    }
    let invitation = Invitation {
        name: &input.username,
        password,
        mediums: input.desired_delivery_mediums.as_deref().unwrap_or_default(),
        metadata: input.client_metadata.as_ref(),
    };
    if let Err(error) = invite(cx, pool, &user, invitation).await {
        cx.service.undo_creation(pool, &user, version).await?;
        return Err(error);
    }
    Ok(user)
}

/// Refuses names that are taken, or begins a transaction that moves the aliases among them.
async fn stage(cx: &Cx<'_>, pool: &UserPool, user: &User, aliases: Aliases) -> Result<Tx> {
    let mut tx = Tx::new();
    match aliases {
        Aliases::Keep => cx.service.check_names_free(pool, user).await?,
        Aliases::Move => {
            cx.service.check_username_free(pool, user).await?;
            cx.service.move_aliases(&mut tx, pool, user).await?;
        }
    }
    Ok(tx)
}

async fn invite_again(
    cx: &Cx<'_>,
    pool: &UserPool,
    input: &AdminCreateUserRequest,
    password: &str,
) -> Result<Versioned<User>> {
    let user = cx.service.named_user(pool, &input.username).await?;
    let stored = cx.service.hash_password(pool, &user, password).await?;
    let change = cx.service.replace_user(pool, &user, |user| {
        if user.status != UserStatusType::ForceChangePassword {
            return Err(error::resend_not_possible(&input.username));
        }
        replace_password(pool, user, stored.clone());
        Ok(())
    });
    let replaced = change.await?;
    let invitation = Invitation {
        name: &input.username,
        password,
        mediums: input.desired_delivery_mediums.as_deref().unwrap_or_default(),
        metadata: input.client_metadata.as_ref(),
    };
    if let Err(error) = invite(cx, pool, &user, invitation).await {
        cx.service.put_back(pool, &replaced).await?;
        return Err(error);
    }
    cx.service.named_user(pool, &user.username).await
}

/// What a new user is told.
#[derive(Clone, Copy)]
struct Invitation<'a> {
    name: &'a str,
    password: &'a str,
    mediums: &'a [DeliveryMediumType],
    metadata: Option<&'a Metadata>,
}

/// Sends the temporary password by every wanted medium that has an address.
async fn invite(cx: &Cx<'_>, pool: &UserPool, user: &User, invitation: Invitation<'_>) -> Result<()> {
    for destination in destinations(user, invitation.mediums) {
        let draft = Draft {
            user,
            name: invitation.name,
            destination: &destination,
            about: About::Invitation,
            code: invitation.password,
            source: "CustomMessage_AdminCreateUser",
            said: Said::by_admin(invitation.metadata),
        };
        cx.service.deliver(pool, draft).await?;
    }
    Ok(())
}

fn destinations(user: &User, mediums: &[DeliveryMediumType]) -> Vec<Destination> {
    let address = |attribute: &'static str| {
        let value = user.attributes.get(attribute)?;
        Some(Destination { attribute, value: value.clone() })
    };
    if mediums.is_empty() {
        return address("phone_number").or_else(|| address("email")).into_iter().collect();
    }
    let wanted = [("phone_number", DeliveryMediumType::Sms), ("email", DeliveryMediumType::Email)];
    wanted.into_iter().filter(|(_, medium)| mediums.contains(medium)).filter_map(|(name, _)| address(name)).collect()
}
