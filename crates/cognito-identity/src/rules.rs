//! What the settings of a pool must be, beyond what the model says.

use std::collections::{BTreeMap, BTreeSet};

use aws_types::Arn;
use model_cognito_identity::types::{self as wire, RoleMappingType};

use crate::entity::{IdentityPool, RoleMapping, UserPoolProvider};
use crate::error::{Result, invalid_parameter};

/// Tags of a pool.
const MAX_TAGS: usize = 50;
/// App clients of user pools, OpenID Connect and SAML providers of one pool (quotas of Amazon Cognito identity pools).
const MAX_PROVIDERS: usize = 50;
/// Providers with a role mapping (model, `RoleMappingMap`).
const MAX_MAPPINGS: usize = 10;
/// Rules of one mapping (model, `MappingRulesList`).
const MAX_RULES: usize = 25;

/// Whether a pool's settings make sense together.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check(pool: &IdentityPool) -> Result<()> {
    check_tags(&pool.tags)?;
    let counts = [pool.user_pools.len(), pool.oidc_provider_arns.len(), pool.saml_provider_arns.len()];
    if counts.iter().any(|count| *count > MAX_PROVIDERS) {
        return Err(invalid_parameter(format_args!("A pool can have at most {MAX_PROVIDERS} providers of one kind.")));
    }
    arns("openIdConnectProviderARNs", &pool.oidc_provider_arns, "oidc-provider/", pool)?;
    arns("samlProviderARNs", &pool.saml_provider_arns, "saml-provider/", pool)?;
    let mut seen = BTreeSet::new();
    if let Some(twice) = pool.user_pools.iter().find(|p| !seen.insert((&p.provider_name, &p.client_id))) {
        let (name, client) = (&twice.provider_name, &twice.client_id);
        return Err(invalid_parameter(format_args!("Duplicate provider {name} with client {client}.")));
    }
    Ok(())
}

/// Whether these may be all tags of a pool. Lengths are the model's to check.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_tags(tags: &BTreeMap<String, String>) -> Result<()> {
    if tags.len() > MAX_TAGS {
        return Err(invalid_parameter(format_args!("An identity pool can have at most {MAX_TAGS} tags.")));
    }
    if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        return Err(invalid_parameter("Tag keys that begin with aws: are reserved."));
    }
    Ok(())
}

fn arns(member: &str, arns: &[String], kind: &str, pool: &IdentityPool) -> Result<()> {
    let good = |text: &&String| {
        Arn::parse(text).is_some_and(|arn| {
            arn.service == "iam" && arn.account == pool.account && arn.resource.strip_prefix(kind).is_some()
        })
    };
    match arns.iter().find(|arn| !good(arn)) {
        Some(bad) => Err(invalid_parameter(format_args!("Invalid ARN in {member}: {bad}"))),
        None => Ok(()),
    }
}

/// The user pools of a request.
///
/// # Errors
/// `InvalidParameterException` where a provider names no user pool or no client.
pub fn user_pools(providers: Option<Vec<wire::CognitoIdentityProvider>>) -> Result<Vec<UserPoolProvider>> {
    providers.unwrap_or_default().into_iter().map(user_pool).collect()
}

fn user_pool(provider: wire::CognitoIdentityProvider) -> Result<UserPoolProvider> {
    let name = provider.provider_name.unwrap_or_default();
    let pool = name.strip_prefix("cognito-idp.").and_then(|rest| rest.split_once(".amazonaws.com/"));
    // The pool's id bears its region; a name that says another one is no pool's.
    let is_pool =
        pool.is_some_and(|(region, id)| id.split_once('_').is_some_and(|(of, rest)| of == region && !rest.is_empty()));
    if !is_pool {
        return Err(invalid_parameter(format_args!("Invalid Cognito Identity Provider: {name}")));
    }
    let client_id =
        provider.client_id.ok_or_else(|| invalid_parameter("A Cognito Identity Provider needs a ClientId."))?;
    Ok(UserPoolProvider { provider_name: name, client_id, server_side_token_check: provider.server_side_token_check })
}

/// Whether `roles` are the default roles of a pool.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_roles(roles: &BTreeMap<String, String>) -> Result<()> {
    for (kind, arn) in roles {
        if !matches!(kind.as_str(), "authenticated" | "unauthenticated") {
            return Err(invalid_parameter(format_args!("Invalid role type: {kind}")));
        }
        check_role(arn)?;
    }
    Ok(())
}

/// Whether an ARN is a role's.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_role(arn: &str) -> Result<()> {
    let is_role = Arn::parse(arn).is_some_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    if is_role { Ok(()) } else { Err(invalid_parameter(format_args!("Invalid role ARN: {arn}"))) }
}

/// Reads role mappings.
///
/// # Errors
/// `InvalidParameterException`.
pub fn role_mappings(mappings: BTreeMap<String, wire::RoleMapping>) -> Result<BTreeMap<String, RoleMapping>> {
    if mappings.len() > MAX_MAPPINGS {
        return Err(invalid_parameter(format_args!("At most {MAX_MAPPINGS} providers can have a role mapping.")));
    }
    mappings.into_iter().map(|(provider, mapping)| Ok((provider, role_mapping(mapping)?))).collect()
}

fn role_mapping(mapping: wire::RoleMapping) -> Result<RoleMapping> {
    let mapping = RoleMapping::from_wire(mapping);
    if mapping.ambiguous.is_none() {
        return Err(invalid_parameter(
            "AmbiguousRoleResolution is required for role mappings of type Token and Rules.",
        ));
    }
    match mapping.kind {
        RoleMappingType::Rules if mapping.rules.is_empty() => {
            return Err(invalid_parameter("RulesConfiguration is required for role mappings of type Rules."));
        }
        RoleMappingType::Token if !mapping.rules.is_empty() => {
            return Err(invalid_parameter("RulesConfiguration is only for role mappings of type Rules."));
        }
        _ => {}
    }
    if mapping.rules.len() > MAX_RULES {
        return Err(invalid_parameter(format_args!("A role mapping can have at most {MAX_RULES} rules.")));
    }
    mapping.rules.iter().try_for_each(|rule| check_role(&rule.role_arn))?;
    Ok(mapping)
}

/// The id in a pool's ARN.
///
/// # Errors
/// `InvalidParameterException`.
pub fn pool_of_arn(text: &str) -> Result<String> {
    let arn = Arn::parse(text).filter(|arn| arn.service == "cognito-identity");
    let id = arn.and_then(|arn| arn.resource.strip_prefix("identitypool/").map(str::to_owned));
    id.ok_or_else(|| invalid_parameter(format_args!("Invalid resource ARN: {text}")))
}
