//! PutRoutingRule: puts a rule in place of the one that is there.

use model::PutRoutingRuleRequest;
use model_apigatewayv2 as model;

use super::create_routing_rule::put;
use super::get_routing_rule::find;
use crate::Cx;
use crate::error::Result;
use crate::ports::Rule;

/// Changes a rule; what is served changes before the answer.
pub async fn put_routing_rule(cx: &Cx<'_>, input: PutRoutingRuleRequest) -> Result<model::RoutingRule> {
    let domain = (input.domain_name.as_str(), input.domain_name_id.as_deref());
    let (_, before) = find(cx, domain, &input.routing_rule_id).await?;
    let rule = Rule {
        id: before.id,
        priority: input.priority,
        conditions: input.conditions.clone(),
        actions: input.actions.clone(),
    };
    put(cx, domain, rule).await
}
