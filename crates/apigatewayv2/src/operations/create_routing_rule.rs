//! CreateRoutingRule ("Routing rules for API Gateway custom domain names").

use model::{CreateRoutingRuleRequest, RoutingRuleAction, RoutingRuleCondition};
use model_apigatewayv2 as model;

use super::create_api_mapping::{check_target, key};
use crate::Cx;
use crate::error::{Result, bad_request};
use crate::ports::Rule;

/// Most conditions on headers of a rule; on base paths there is one.
const MAX_HEADERS: usize = 2;
/// Most alternatives of a condition. (own)
const MAX_ANY_OF: usize = 10;

/// Makes a rule; it acts where the domain name's routing mode asks rules.
pub async fn create_routing_rule(cx: &Cx<'_>, input: CreateRoutingRuleRequest) -> Result<model::RoutingRule> {
    let domain = (input.domain_name.as_str(), input.domain_name_id.as_deref());
    let rule = Rule {
        id: cx.new_id(10),
        priority: input.priority,
        conditions: input.conditions.clone(),
        actions: input.actions.clone(),
    };
    put(cx, domain, rule).await
}

/// Judges a rule and keeps it.
pub(super) async fn put(cx: &Cx<'_>, domain: (&str, Option<&str>), rule: Rule) -> Result<model::RoutingRule> {
    check_conditions(&rule.conditions)?;
    let [action] = rule.actions.as_slice() else {
        return Err(bad_request("Exactly one action must be specified for a routing rule"));
    };
    check_action(cx, action, &rule.conditions).await?;
    let arn = cx.service.doors().domains.put_rule(cx.call, domain, rule.clone()).await?;
    Ok(shown(&arn, rule))
}

async fn check_action(cx: &Cx<'_>, action: &RoutingRuleAction, conditions: &[RoutingRuleCondition]) -> Result<()> {
    let invoke = &action.invoke_api;
    if invoke.strip_base_path == Some(true) && !conditions.iter().any(|one| one.match_base_paths.is_some()) {
        return Err(bad_request("stripBasePath requires a matchBasePaths condition"));
    }
    check_target(cx, &invoke.api_id, &invoke.stage).await
}

fn check_conditions(conditions: &[RoutingRuleCondition]) -> Result<()> {
    let mut counts = (0_usize, 0_usize);
    for condition in conditions {
        match (&condition.match_base_paths, &condition.match_headers) {
            (Some(paths), None) => {
                counts.0 += 1;
                any_of(paths.any_of.len())?;
                for path in &paths.any_of {
                    if path.is_empty() || key(Some(path))? != *path {
                        return Err(bad_request("Invalid base path specified in matchBasePaths"));
                    }
                }
            }
            (None, Some(headers)) => {
                counts.1 += 1;
                any_of(headers.any_of.len())?;
                headers.any_of.iter().try_for_each(|one| check_header(&one.header, &one.value_glob))?;
            }
            _ => return Err(bad_request("A condition must specify exactly one of matchBasePaths and matchHeaders")),
        }
    }
    if counts.0 > 1 || counts.1 > MAX_HEADERS {
        return Err(bad_request(format_args!(
            "A routing rule can have at most 1 matchBasePaths and {MAX_HEADERS} matchHeaders conditions"
        )));
    }
    Ok(())
}

fn any_of(count: usize) -> Result<()> {
    if (1..=MAX_ANY_OF).contains(&count) {
        return Ok(());
    }
    Err(bad_request(format_args!("anyOf must have between 1 and {MAX_ANY_OF} entries")))
}

/// A header's name of at most 40 characters, and a pattern whose stars stand at its ends.
fn check_header(name: &str, glob: &str) -> Result<()> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"*?-!#$%&'+.^_`|~".contains(&b);
    if !(1..=40).contains(&name.len()) || !name.bytes().all(token) {
        return Err(bad_request(format_args!("Invalid header specified in matchHeaders: {name:.64}")));
    }
    let inner = glob.strip_prefix('*').unwrap_or(glob);
    let inner = inner.strip_suffix('*').unwrap_or(inner);
    if !(1..=128).contains(&glob.len()) || inner.contains('*') || !glob.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Err(bad_request(format_args!("Invalid valueGlob specified in matchHeaders: {glob:.160}")));
    }
    Ok(())
}

/// As AWS shows it.
pub(super) fn shown(domain_arn: &str, rule: Rule) -> model::RoutingRule {
    model::RoutingRule {
        actions: Some(rule.actions),
        conditions: Some(rule.conditions),
        priority: Some(rule.priority),
        routing_rule_arn: Some(format!("{domain_arn}/routingrules/{}", rule.id)),
        routing_rule_id: Some(rule.id),
    }
}
