//! What an IAM operation acts on, as its policies name it (Service Authorization Reference, "Actions, resources, and
//! condition keys for AWS IAM"): for the front door, which asks the caller's policies before it calls.

use aws_types::AccountId;
use serde_json::Value;

use crate::entity::{Group, InstanceProfile, ManagedPolicy, MfaDevice, Owner, ROOT_PATH, Role, Tag, User};
use crate::error::Result;
use crate::identity::Identity;
use crate::principals::Principals;
use crate::service::Shared;
use crate::table::{Entity, KEY_SK, KEYS, account_pk, key_pk};

/// The resource of a call and the condition keys that follow from its input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// An ARN, or `*`.
    pub resource: String,
    /// What it is called afterwards, where the call renames or moves it: the caller must be allowed there, too (IAM API
    /// reference, "UpdateUser", "UpdateGroup").
    pub renamed: Option<String>,
    /// Condition keys of one value.
    pub keys: Vec<(String, String)>,
    /// Condition keys of several values.
    pub lists: Vec<(String, Vec<String>)>,
}

/// What a resource is and what is known of it.
#[derive(Default)]
struct Found {
    resource: String,
    tags: Vec<Tag>,
}

impl Principals {
    /// What a call of `iam` acts on. The input is the decoded one.
    ///
    /// # Errors
    /// The store's.
    pub async fn target(&self, caller: &Identity, operation: &str, input: &Value) -> Result<Target> {
        let found = find(&self.0, caller, operation, input).await?;
        let renamed = renamed(&found.resource, input);
        let mut target = Target { resource: found.resource, renamed, ..Target::default() };
        let tag = |tag: Tag| (format!("aws:ResourceTag/{}", tag.key), tag.value);
        target.keys.extend(found.tags.into_iter().map(tag));
        let member = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
        if operation.starts_with("Attach") || operation.starts_with("Detach") {
            target.keys.extend(member("PolicyArn").map(|arn| ("iam:PolicyARN".to_owned(), arn)));
        }
        target.keys.extend(member("PermissionsBoundary").map(|arn| ("iam:PermissionsBoundary".to_owned(), arn)));
        request_tags(&mut target, input);
        Ok(target)
    }
}

/// The ARN under a new name or path.
fn renamed(arn: &str, input: &Value) -> Option<String> {
    let member = |name: &str| input.get(name).and_then(Value::as_str);
    let (path, name) = (member("NewPath"), member("NewUserName").or_else(|| member("NewGroupName")));
    if path.is_none() && name.is_none() {
        return None;
    }
    let (kind, rest) = arn.split_once('/')?;
    let (old_path, old_name) = rest.rsplit_once('/').map_or((String::new(), rest), |(p, n)| (format!("{p}/"), n));
    let path = path.map_or(old_path, |path| path.trim_start_matches('/').to_owned());
    Some(format!("{kind}/{path}{}", name.unwrap_or(old_name)))
}

/// The tags that a request sets or takes away.
fn request_tags(target: &mut Target, input: &Value) {
    let items = |name: &str| input.get(name).and_then(Value::as_array).into_iter().flatten();
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut names: Vec<String> = items("TagKeys").filter_map(Value::as_str).map(str::to_owned).collect();
    for tag in items("Tags") {
        let Some((key, value)) = text(tag, "Key").zip(text(tag, "Value")) else { continue };
        target.keys.push((format!("aws:RequestTag/{key}"), value));
        names.push(key);
    }
    if !names.is_empty() {
        target.lists.push(("aws:TagKeys".to_owned(), names));
    }
}

/// The first member that names a resource decides: what is acted on comes before what is given to it.
async fn find(shared: &Shared, caller: &Identity, operation: &str, input: &Value) -> Result<Found> {
    let account = caller.account();
    let member = |name: &str| input.get(name).and_then(Value::as_str);
    let path = member("Path").unwrap_or(ROOT_PATH);
    let new = operation.starts_with("Create");
    let arn = |kind: &str, name: &str| format!("arn:aws:iam::{account}:{kind}{path}{name}");
    let made = |kind: &str, name: &str| Found { resource: arn(kind, name), tags: Vec::new() };
    for (name, kind) in [("InstanceProfileName", "instance-profile"), ("GroupName", "group"), ("RoleName", "role")] {
        let Some(name) = member(name) else { continue };
        return match kind {
            _ if new => Ok(made(kind, name)),
            "instance-profile" => stored(shared, account, name, made(kind, name), profile).await,
            "group" => stored(shared, account, name, made(kind, name), |group: Group| (group.arn(), Vec::new())).await,
            _ => stored(shared, account, name, made(kind, name), |role: Role| (role.arn(), role.tags)).await,
        };
    }
    if let Some(name) = member("UserName") {
        // a key or policy of a user is made on a user that is there
        let made = made("user", name);
        return if operation == "CreateUser" { Ok(made) } else { stored(shared, account, name, made, user).await };
    }
    for name in ["OpenIDConnectProviderArn", "SAMLProviderArn", "PolicySourceArn"] {
        if let Some(arn) = member(name) {
            return Ok(Found { resource: arn.to_owned(), tags: Vec::new() });
        }
    }
    if let Some(arn) = member("PolicyArn") {
        let made = Found { resource: arn.to_owned(), tags: Vec::new() };
        return stored(shared, account, arn, made, |policy: ManagedPolicy| (policy.arn(), policy.tags)).await;
    }
    if let Some(name) = member("VirtualMFADeviceName") {
        return Ok(made("mfa", name));
    }
    // Taking a device off is a change of its user.
    if let Some(serial) = member("SerialNumber").filter(|_| operation != "DeactivateMFADevice") {
        let made = Found { resource: serial.to_owned(), tags: Vec::new() };
        return stored(shared, account, serial, made, |device: MfaDevice| (device.arn(), device.tags)).await;
    }
    if let Some(url) = member("Url") {
        let name = url.trim_start_matches("https://").trim_end_matches('/');
        let resource = format!("arn:aws:iam::{account}:oidc-provider/{name}");
        return Ok(Found { resource, tags: Vec::new() });
    }
    match (operation, member("PolicyName"), member("Name"), member("AccessKeyId")) {
        ("CreatePolicy", Some(name), _, _) => Ok(made("policy", name)),
        ("CreateSAMLProvider", _, Some(name), _) => Ok(made("saml-provider", name)),
        ("GetAccessKeyLastUsed", _, _, Some(id)) => owner_of_key(shared, account, id).await,
        _ => own_user(shared, caller, operation).await,
    }
}

fn user(user: User) -> (String, Vec<Tag>) {
    (user.arn(), user.tags)
}

fn profile(profile: InstanceProfile) -> (String, Vec<Tag>) {
    (profile.arn(), profile.tags)
}

/// A resource that is there stands under its whole path; one that is not, as it was named.
async fn stored<E: Entity>(
    shared: &Shared,
    account: &AccountId,
    key: &str,
    otherwise: Found,
    show: impl Fn(E) -> (String, Vec<Tag>),
) -> Result<Found> {
    let found = E::TABLE.get(shared.store(), &account_pk(account.as_str()), &E::sk(key)).await?;
    let found = found.filter(|found| found.answers_to(key)).map(|found| show(found.value));
    Ok(found.map_or(otherwise, |(resource, tags)| Found { resource, tags }))
}

async fn owner_of_key(shared: &Shared, account: &AccountId, id: &str) -> Result<Found> {
    let key = KEYS.get(shared.store(), &key_pk(id), KEY_SK).await?.filter(|key| key.account == account.as_str());
    match key.map(|key| key.value.owner) {
        Some(Owner::User(name)) => stored(shared, account, &name, everything(), user).await,
        Some(Owner::Root) | None => Ok(everything()),
    }
}

/// Operations about a user that name none mean the caller.
async fn own_user(shared: &Shared, caller: &Identity, operation: &str) -> Result<Found> {
    const OWN: [&str; 7] = [
        "GetUser",
        "CreateAccessKey",
        "DeleteAccessKey",
        "ListAccessKeys",
        "UpdateAccessKey",
        "DeactivateMFADevice",
        "ListMFADevices",
    ];
    match caller {
        Identity::User(own) if OWN.contains(&operation) => {
            stored(shared, &own.account, &own.name, everything(), user).await
        }
        _ => Ok(everything()),
    }
}

fn everything() -> Found {
    Found { resource: "*".to_owned(), tags: Vec::new() }
}
