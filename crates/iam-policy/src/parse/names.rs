//! Names in statements: Sids, actions, resources, principals.

use crate::error::Fault;
use crate::glob::Glob;
use crate::pattern::{ArnPattern, Texts};
use crate::policy::{ActionPattern, PolicyKind};
use crate::principal::Named;

/// `service:Name` with wildcards in the name, or `*`.
pub(super) fn action(text: &str) -> Result<ActionPattern, Fault> {
    if text == "*" {
        return Ok(ActionPattern { service: None, glob: Glob::Any });
    }
    let (vendor, name) = text.split_once(':').ok_or(Fault::NoVendor)?;
    if name.contains(':') {
        return Err(Fault::TwoColons);
    }
    if vendor.is_empty() {
        return Err(Fault::NoVendor);
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if vendor != "*" && !vendor.chars().all(plain) {
        return Err(Fault::InvalidVendor(vendor.to_owned()));
    }
    if name.is_empty() || !name.chars().all(|c| plain(c) || matches!(c, '*' | '?' | '_' | '.')) {
        return Err(Fault::Syntax);
    }
    let service = (vendor != "*").then(|| vendor.to_ascii_lowercase().into_boxed_str());
    Ok(ActionPattern { service, glob: Glob::of_text(&text.to_ascii_lowercase()) })
}

/// What a role's trust policy may speak about.
pub(super) fn trust_action(text: &str) -> Result<ActionPattern, Fault> {
    let lower = text.to_ascii_lowercase();
    let known = ["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"];
    if lower.starts_with("sts:assumerole") || known.contains(&&*lower) {
        action(text)
    } else {
        Err(Fault::NotAnAssumeRoleAction)
    }
}

/// An ARN with wildcards, or `*`.
pub(super) fn resource(text: &str, texts: &mut Texts) -> Result<ArnPattern, Fault> {
    if text != "*" {
        let mut fields = text.splitn(6, ':');
        if fields.next() != Some("arn") || !text.contains(':') {
            return Err(Fault::NotAnArn(text.to_owned()));
        }
        let partition = fields.next().unwrap_or("");
        if !partition.starts_with("aws") && !partition.contains(['*', '?', '$']) {
            let (partition, resource) = (partition.to_owned(), text.to_owned());
            return Err(Fault::InvalidPartition { partition, resource });
        }
        // an ARN cut short must end in a star, which then takes the rest
        if fields.count() < 4 && !text.ends_with('*') {
            return Err(Fault::LegacyParsing);
        }
    }
    texts.arn(text).map_err(|_| Fault::LegacyParsing)
}

/// Letters and digits; policies of resources may have blanks too.
pub(super) fn sid(text: &str, kind: PolicyKind) -> Result<Option<Box<str>>, Fault> {
    let blanks = kind == PolicyKind::Resource;
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || (blanks && matches!(c, ' ' | '-' | '_' | '.'))) {
        return Err(Fault::InvalidSid);
    }
    Ok((!text.is_empty()).then(|| Box::from(text)))
}

/// One value under `AWS`, `Service`, `Federated` or `CanonicalUser`.
pub(super) fn principal(principal_type: &str, value: &str) -> Result<Named, Fault> {
    let named = match principal_type {
        "AWS" => aws_principal(value),
        "Service" => {
            let is_name = value.contains('.') && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
            is_name.then(|| Named::Service(Box::from(value)))
        }
        "Federated" => is_literal(value).then(|| Named::Federated(Box::from(value))),
        "CanonicalUser" => {
            let is_id = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_id.then(|| Named::CanonicalUser(Box::from(value.to_ascii_lowercase())))
        }
        _ => None,
    };
    named.ok_or_else(|| Fault::InvalidPrincipal { kind: principal_type.to_owned(), value: value.to_owned() })
}

fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?'])
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn aws_principal(value: &str) -> Option<Named> {
    if value == "*" {
        return Some(Named::Everyone);
    }
    if is_account(value) {
        return Some(Named::Account(Box::from(value)));
    }
    let is_id = value.len() >= 16 && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if is_id && (value.starts_with("AIDA") || value.starts_with("AROA")) {
        return Some(Named::UniqueId(Box::from(value)));
    }
    let mut fields = value.splitn(6, ':');
    let [Some("arn"), Some(partition), Some(service), Some(""), Some(account), Some(resource)] =
        std::array::from_fn(|_| fields.next())
    else {
        return None;
    };
    if !partition.starts_with("aws") || !is_account(account) || !is_literal(value) {
        return None;
    }
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    match (service, kind) {
        ("iam", "root") if resource == "root" => Some(Named::Account(Box::from(account))),
        ("iam", "user" | "role") if !name.is_empty() => Some(Named::Arn(Box::from(value))),
        ("sts", "federated-user") if !name.is_empty() => Some(Named::Arn(Box::from(value))),
        ("sts", "assumed-role")
            if name.split_once('/').is_some_and(|(role, session)| !role.is_empty() && !session.is_empty()) =>
        {
            Some(Named::Arn(Box::from(value)))
        }
        _ => None,
    }
}
