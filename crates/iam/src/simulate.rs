//! The policy simulator: the real engine, on policies that are given or a principal's own.

use std::sync::Arc;

use aws_types::{AccountId, AwsError};
use iam_policy::{
    Context, Effect, Policies, Policy, PolicyKind, Position, Principal, Reason, Request, StatementRef, evaluate,
};
use model_iam::types::{
    ContextEntry, EvaluationResult, OrderedOrganizationPolicyType, PermissionsBoundaryDecisionDetail,
    PolicyEvaluationDecisionType, PolicySourceType, Position as WirePosition, Statement,
};

use crate::Cx;
use crate::compile::{Compiled, Origin, Source};
use crate::entity::{Group, arn_name};
use crate::error::{Result, invalid_input, no_such_entity};

/// The most evaluations of one call, so that actions times resources stay a bound amount of work.
const MOST: usize = 10_000;

/// Whose policies are put to the engine.
pub struct Scene<'a> {
    /// Identity policies.
    pub identity: Vec<&'a Policy>,
    /// Where each comes from.
    pub sources: Vec<Source>,
    /// The boundary.
    pub boundary: Option<&'a Policy>,
    /// Who is taken to call.
    pub caller_arn: Option<String>,
}

/// What is asked.
pub struct Asked {
    /// Actions.
    pub actions: Vec<String>,
    /// Resources; none: `*`.
    pub resources: Vec<String>,
    /// Policy of the resources.
    pub resource_policy: Option<String>,
    /// Account of the resources, as an ARN or number.
    pub resource_owner: Option<String>,
    /// Condition keys.
    pub entries: Vec<ContextEntry>,
}

/// Documents that a request brings along.
///
/// # Errors
/// `InvalidInput` where one cannot be read.
pub fn input_policies(documents: &[String]) -> Result<Vec<Policy>> {
    documents.iter().map(|document| read(document, PolicyKind::Identity)).collect()
}

/// `PolicyInputList.1` and so on.
pub fn input_sources(count: usize) -> Vec<Source> {
    let source = |n| Source { id: format!("PolicyInputList.{n}"), kind: PolicySourceType::None, origin: Origin::Given };
    (1..=count).map(source).collect()
}

/// The one boundary that a request may bring along.
///
/// # Errors
/// `InvalidInput` where it cannot be read or there are several.
pub fn boundary(documents: Option<&[String]>) -> Result<Option<Policy>> {
    match documents.unwrap_or_default() {
        [] => Ok(None),
        [one] => read(one, PolicyKind::Boundary).map(Some),
        _ => Err(invalid_input("Only one permissions boundary policy can be simulated.")),
    }
}

/// There are no organizations here whose policies could be simulated.
///
/// # Errors
/// `InvalidInput` where some are given.
pub fn no_organizations(given: Option<&[OrderedOrganizationPolicyType]>) -> Result<()> {
    if given.is_none_or(<[_]>::is_empty) {
        return Ok(());
    }
    Err(invalid_input("Policies of organizations cannot be simulated."))
}

fn read(document: &str, kind: PolicyKind) -> Result<Policy> {
    Policy::parse(document, kind).map_err(|error| invalid_input(error.iam_message()).with("Detail", error.detail()))
}

/// The policies of a user, group or role of this account, by its ARN.
///
/// # Errors
/// `NoSuchEntity`, `InvalidInput` for an ARN of something else, the store's.
pub async fn source(cx: &Cx<'_>, arn: &str) -> Result<Arc<Compiled>> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    let kind = resource.split('/').next().unwrap_or_default();
    let (account, name) = (&cx.call.account, arn_name(arn));
    let missing = || no_such_entity(format_args!("The entity with ARN {arn} cannot be found."));
    match kind {
        "user" => cx.shared.compiled_user(account, name).await?.ok_or_else(missing),
        "role" => cx.shared.compiled_role(account, name).await?.ok_or_else(missing),
        "group" => Ok(Arc::new(cx.shared.compile_group(&*cx.find::<Group>(name).await?).await?)),
        _ => {
            Err(invalid_input(format_args!("Invalid Entity Arn: {arn} does not clearly define entity type and name.")))
        }
    }
}

/// Condition keys that policies read, each once, in order.
pub fn context_keys<'a>(policies: impl Iterator<Item = &'a Policy>) -> Vec<String> {
    let mut keys: Vec<String> = policies.flat_map(Policy::context_keys).map(str::to_owned).collect();
    keys.sort_by_key(|key| key.to_ascii_lowercase());
    keys.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    keys
}

/// Each action on each resource, with keys that grow.
///
/// # Errors
/// `InvalidInput` for documents, callers or keys that cannot be read, and for too much work.
pub fn simulate(cx: &Cx<'_>, scene: &Scene<'_>, asked: Asked) -> Result<Vec<(String, EvaluationResult)>> {
    let resources = if asked.resources.is_empty() { vec!["*".to_owned()] } else { asked.resources };
    if asked.actions.len().saturating_mul(resources.len()) > MOST {
        return Err(invalid_input(format_args!("A simulation can have at most {MOST} pairs of action and resource.")));
    }
    let principal = caller(&cx.call.account, scene.caller_arn.as_deref())?;
    let resource_policy =
        asked.resource_policy.as_deref().map(|document| read(document, PolicyKind::Resource)).transpose()?;
    let owner = asked.resource_owner.as_deref().map(owner_account);
    let context = given(&asked.entries);
    let policies = Policies {
        identity: &scene.identity,
        resource: resource_policy.as_ref(),
        resource_account: owner.as_deref(),
        boundary: scene.boundary,
        session: None,
        vpc_endpoint: None,
    };
    let mut results = Vec::new();
    for action in &asked.actions {
        for resource in &resources {
            let request = Request::new(&principal, action, resource, &context);
            results.push((format!("{:06}", results.len()), judge(scene, &policies, &request)));
        }
    }
    Ok(results)
}

fn judge(scene: &Scene<'_>, policies: &Policies<'_>, request: &Request<'_>) -> EvaluationResult {
    let decision = match evaluate(request, policies).reason {
        Reason::Allowed => PolicyEvaluationDecisionType::Allowed,
        Reason::ExplicitDeny(_) => PolicyEvaluationDecisionType::ExplicitDeny,
        Reason::ImplicitDeny(_) => PolicyEvaluationDecisionType::ImplicitDeny,
    };
    let mut matched = Vec::new();
    for (policy, source) in policies.identity.iter().zip(&scene.sources) {
        matched.extend(policy.matching(request).into_iter().map(|(_, by)| statement(policy, source, by)));
    }
    if let Some(policy) = policies.resource {
        let source =
            Source { id: "ResourcePolicy".to_owned(), kind: PolicySourceType::Resource, origin: Origin::Given };
        matched.extend(policy.matching(request).into_iter().map(|(_, by)| statement(policy, &source, by)));
    }
    let all = policies.identity.iter().copied().chain(policies.boundary).chain(policies.resource);
    let mut missing = context_keys(all);
    missing.retain(|key| request.context.values(key).is_empty());
    let by_boundary = policies.boundary.map(|boundary| allows(boundary, request));
    EvaluationResult {
        eval_action_name: Some(request.action.to_owned()),
        eval_resource_name: Some(request.resource.to_owned()),
        eval_decision: Some(decision),
        matched_statements: Some(matched),
        missing_context_values: Some(missing),
        organizations_decision_detail: None,
        permissions_boundary_decision_detail: by_boundary
            .map(|allowed| PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: Some(allowed) }),
        eval_decision_details: None,
        resource_specific_results: Some(Vec::new()),
    }
}

fn allows(boundary: &Policy, request: &Request<'_>) -> bool {
    let effects: Vec<Effect> = boundary.matching(request).into_iter().map(|(effect, _)| effect).collect();
    effects.contains(&Effect::Allow) && !effects.contains(&Effect::Deny)
}

fn statement(policy: &Policy, source: &Source, by: StatementRef<'_>) -> Statement {
    let place = policy.statement_place(by.statement);
    Statement {
        source_policy_id: Some(source.id.clone()),
        source_policy_type: Some(source.kind),
        start_position: place.map(|(start, _)| position(start)),
        end_position: place.map(|(_, end)| position(end)),
    }
}

fn position(at: Position) -> WirePosition {
    let small = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    WirePosition { line: Some(small(at.line)), column: Some(small(at.column)) }
}

fn given(entries: &[ContextEntry]) -> Context<'_> {
    let mut context = Context::empty();
    for entry in entries {
        let (Some(name), Some(values)) = (entry.context_key_name.as_deref(), entry.context_key_values.as_deref())
        else {
            continue;
        };
        match values {
            [one] => context.set(name, one.as_str()),
            many => context.set_many(name, many.iter().map(String::as_str)),
        }
    }
    context
}

/// The account of `arn:aws:iam::123456789012:root`, or a number as it is.
fn owner_account(owner: &str) -> String {
    owner.split(':').nth(4).unwrap_or(owner).to_owned()
}

/// Who is taken to call; where nobody is named, a user without a name of its own.
fn caller(account: &AccountId, arn: Option<&str>) -> Result<Principal> {
    let own = format!("arn:aws:iam::{account}:user/simulated");
    let arn = arn.unwrap_or(&own);
    let mut fields = arn.splitn(6, ':').skip(4);
    let (account, resource) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let account = AccountId::parse(account).ok_or_else(|| bad_caller(arn))?.as_str().to_owned();
    let kind = resource.split('/').next().unwrap_or_default();
    let name = arn_name(arn).to_owned();
    match kind {
        "root" => Ok(Principal::Root { account }),
        "user" => Ok(Principal::User { account, arn: arn.to_owned(), id: format!("AIDA{name}"), name }),
        // a group calls nothing itself: its policies are judged as those of a user in it
        "group" => Ok(Principal::User {
            arn: format!("arn:aws:iam::{account}:user/simulated"),
            account,
            id: "AIDASIMULATED".to_owned(),
            name: "simulated".to_owned(),
        }),
        "role" => Ok(Principal::Session {
            session_arn: format!("arn:aws:sts::{account}:assumed-role/{name}/simulated"),
            account,
            role_arn: arn.to_owned(),
            user_id: format!("AROA{name}:simulated"),
        }),
        _ => Err(bad_caller(arn)),
    }
}

/// (own)
fn bad_caller(arn: &str) -> AwsError {
    invalid_input(format_args!("Invalid caller ARN: {arn}"))
}
