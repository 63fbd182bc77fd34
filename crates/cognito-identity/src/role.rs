//! Which role an identity acts in (developer guide, "Using role-based access control"), and with which principal tags
//! ("Using attributes for access control").

use model_cognito_identity::types::{AmbiguousRoleResolutionType, MappingRuleMatchType, RoleMappingType};
use serde_json::Value;

use crate::entity::{AttributeMap, IdentityPool, RoleMapping, Rule};
use crate::error::{Result, custom_role_refused, no_role, no_role_for_claims};
use crate::login::Proven;

/// The longest value of a principal tag, in characters (STS API reference, `Tag`).
const MAX_TAG_VALUE: usize = 256;
/// Tags of principals that the default map makes, with their claims.
const DEFAULT_TAGS: [(&str, &str); 2] = [("username", "sub"), ("client", "aud")];

/// The role of a guest.
///
/// # Errors
/// `InvalidIdentityPoolConfigurationException` where none is set.
pub fn of_guest(pool: &IdentityPool) -> Result<&str> {
    pool.roles.get("unauthenticated").map(String::as_str).ok_or_else(no_role)
}

/// The role of whom these logins prove. The first one that a mapping stands for decides.
///
/// # Errors
/// `NotAuthorizedException` where a mapping denies or the custom role is not the token's,
/// `InvalidIdentityPoolConfigurationException` where no role is set.
pub fn of_logins(pool: &IdentityPool, logins: &[Proven], custom: Option<&str>) -> Result<String> {
    let mapped = logins.iter().find_map(|login| mapping(pool, login).map(|mapping| (login, mapping)));
    if let Some(custom) = custom {
        // It must be the token's own word, and tokens are asked only where the mapping says so.
        let of_token = mapped.filter(|(_, mapping)| mapping.kind == RoleMappingType::Token);
        let named = of_token.is_some_and(|(login, _)| login.roles.iter().any(|role| role == custom));
        return if named { Ok(custom.to_owned()) } else { Err(custom_role_refused()) };
    }
    let chosen = match mapped {
        None => None,
        Some((login, mapping)) => match chosen(login, mapping) {
            Some(role) => Some(role),
            None if mapping.ambiguous == Some(AmbiguousRoleResolutionType::AuthenticatedRole) => None,
            None => return Err(no_role_for_claims()),
        },
    };
    chosen.or_else(|| pool.roles.get("authenticated").cloned()).ok_or_else(no_role)
}

fn mapping<'p>(pool: &'p IdentityPool, login: &Proven) -> Option<&'p RoleMapping> {
    login.mapping_keys.iter().find_map(|key| pool.role_mappings.get(key))
}

fn chosen(login: &Proven, mapping: &RoleMapping) -> Option<String> {
    match mapping.kind {
        RoleMappingType::Token => preferred(login),
        RoleMappingType::Rules => {
            let fits = |rule: &&Rule| claim(login, &rule.claim).is_some_and(|value| fits(rule, value));
            mapping.rules.iter().find(fits).map(|rule| rule.role_arn.clone())
        }
    }
}

/// The preferred role; else the only one.
fn preferred(login: &Proven) -> Option<String> {
    match (&login.preferred_role, login.roles.as_slice()) {
        (Some(role), _) | (None, [role]) => Some(role.clone()),
        _ => None,
    }
}

fn claim<'p>(login: &'p Proven, name: &str) -> Option<&'p Value> {
    login.claims.get(name)
}

/// Whether a claim is what a rule wants. Of a list one item is enough, but for `NotEqual`, which all must be.
fn fits(rule: &Rule, value: &Value) -> bool {
    let one = |value: &Value| {
        let Some(text) = text(value) else { return false };
        match rule.match_type {
            MappingRuleMatchType::Equals => text == rule.value,
            MappingRuleMatchType::Contains => text.contains(&rule.value),
            MappingRuleMatchType::StartsWith => text.starts_with(&rule.value),
            MappingRuleMatchType::NotEqual => text != rule.value,
        }
    };
    match value {
        Value::Array(items) if rule.match_type == MappingRuleMatchType::NotEqual => items.iter().all(one),
        Value::Array(items) => items.iter().any(one),
        value => one(value),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

/// The principal tags of whom these logins prove: mapped claims and nothing else. A claim that is missing, no plain value
/// or longer than a tag may be makes no tag: a policy that wants it then does not hold. (the latter two: own)
pub fn principal_tags(pool: &IdentityPool, logins: &[Proven]) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for login in logins {
        let mut maps = login.mapping_keys.iter().filter_map(|key| pool.attribute_maps.get(key));
        let Some(map) = maps.next() else { continue };
        for (tag, name) in entries(map) {
            let value = claim(login, &name).and_then(text).filter(|value| value.chars().count() <= MAX_TAG_VALUE);
            if let Some(value) = value.filter(|_| !tags.iter().any(|(other, _)| other.eq_ignore_ascii_case(&tag))) {
                tags.push((tag, value));
            }
        }
    }
    tags
}

fn entries(map: &AttributeMap) -> Vec<(String, String)> {
    if map.use_defaults {
        return DEFAULT_TAGS.iter().map(|(tag, claim)| ((*tag).to_owned(), (*claim).to_owned())).collect();
    }
    map.tags.iter().map(|(tag, claim)| (tag.clone(), claim.clone())).collect()
}

/// The default map, as it is shown.
pub fn default_tags() -> std::collections::BTreeMap<String, String> {
    DEFAULT_TAGS.iter().map(|(tag, claim)| ((*tag).to_owned(), (*claim).to_owned())).collect()
}
