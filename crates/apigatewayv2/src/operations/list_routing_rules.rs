//! ListRoutingRules, in order of priorities.

use model_apigatewayv2::{ListRoutingRulesRequest, ListRoutingRulesResponse};

use super::create_routing_rule::shown;
use crate::Cx;
use crate::error::Result;
use crate::page::{Asked, Page};

/// Lists a domain name's rules.
pub async fn list_routing_rules(cx: &Cx<'_>, input: ListRoutingRulesRequest) -> Result<ListRoutingRulesResponse> {
    let domain = (input.domain_name.as_str(), input.domain_name_id.as_deref());
    let most = input.max_results.map(|most| most.to_string());
    let asked = Asked { max_results: most.as_deref(), next_token: input.next_token.as_deref() };
    let page = Page::read(cx.store(), format!("ListRoutingRules {} {}", cx.owner_pk(), input.domain_name), asked)?;
    let (arn, rules) = cx.service.doors().domains.rules(cx.call, domain).await?;
    let place = |priority: i32| format!("{priority:010}");
    let mut rules: Vec<_> = rules.into_iter().map(|rule| (place(rule.priority), rule)).collect();
    if let Some(after) = &page.after {
        rules.retain(|(place, _)| place > after);
    }
    let next_token = page.cut(cx.store(), &mut rules, |(place, _)| place.as_str());
    let routing_rules = rules.into_iter().map(|(_, rule)| shown(&arn, rule)).collect();
    Ok(ListRoutingRulesResponse { next_token, routing_rules: Some(routing_rules) })
}
