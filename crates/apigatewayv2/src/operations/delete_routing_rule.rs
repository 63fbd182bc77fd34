//! DeleteRoutingRule.

use model_apigatewayv2::DeleteRoutingRuleRequest;

use crate::Cx;
use crate::error::Result;

/// Removes a rule; it stops at once.
pub async fn delete_routing_rule(cx: &Cx<'_>, input: DeleteRoutingRuleRequest) -> Result<()> {
    let domain = (input.domain_name.as_str(), input.domain_name_id.as_deref());
    cx.service.doors().domains.delete_rule(cx.call, domain, &input.routing_rule_id).await
}
