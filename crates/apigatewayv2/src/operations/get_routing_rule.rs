//! GetRoutingRule.

use model::GetRoutingRuleRequest;
use model_apigatewayv2 as model;

use super::create_routing_rule::shown;
use crate::Cx;
use crate::error::{Result, routing_rule_not_found};
use crate::ports::Rule;

/// Shows a rule.
pub async fn get_routing_rule(cx: &Cx<'_>, input: GetRoutingRuleRequest) -> Result<model::RoutingRule> {
    let domain = (input.domain_name.as_str(), input.domain_name_id.as_deref());
    let (arn, rule) = find(cx, domain, &input.routing_rule_id).await?;
    Ok(shown(&arn, rule))
}

/// A rule of a domain name, with the domain name's ARN.
pub(super) async fn find(cx: &Cx<'_>, domain: (&str, Option<&str>), id: &str) -> Result<(String, Rule)> {
    let (arn, rules) = cx.service.doors().domains.rules(cx.call, domain).await?;
    let rule = rules.into_iter().find(|rule| rule.id == id).ok_or_else(routing_rule_not_found)?;
    Ok((arn, rule))
}
