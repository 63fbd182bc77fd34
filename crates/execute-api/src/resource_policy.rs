//! Resource policies ("Control access to a REST API with API Gateway resource policies", "How API Gateway resource
//! policies affect authorization workflow"): what the API's policy and the VPC endpoint's say to a call, alone and
//! together with an authorizer.

use iam_policy::{
    Context, Decision, Outcome, Policy, PolicyKind, Principal, Reason, Request, masked_account, same_account,
};

use crate::error::GatewayError;
use crate::explain::Statement;
use crate::method_request::GatewayRequest;
use crate::plan::StagePlan;
use crate::route_match::Matched;

/// What a call of a method is in policies.
pub(crate) const ACTION: &str = "execute-api:Invoke";
/// What asking for a fresh answer in place of a kept one is.
pub(crate) const INVALIDATE: &str = "execute-api:InvalidateCache";

/// A call in the words of policies.
pub(crate) struct Asked<'a> {
    pub arn: String,
    /// Condition keys that follow from the request.
    pub keys: Vec<(&'static str, String)>,
    matched: &'a Matched<'a>,
}

/// `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{verb}/{path}`. The path is the matched resource's with its
/// variables filled in, decoded: another spelling of a path is the same method.
pub(crate) fn method_arn(matched: &Matched<'_>) -> String {
    let stage = &matched.exchange.stage;
    let mut arn = format!(
        "arn:aws:execute-api:{}:{}:{}/{}/{}",
        stage.region, stage.account, stage.api_id, stage.stage, matched.exchange.verb
    );
    if matched.resource.path == "/" {
        arn.push('/');
    }
    for part in matched.resource.path.split('/').filter(|part| !part.is_empty()) {
        arn.push('/');
        let variable = crate::router::variable_name(part);
        let value = variable.and_then(|variable| matched.path_parameter(variable.name));
        arn.push_str(value.map_or(part, |found| &found.value));
    }
    arn
}

/// Condition keys that follow from a request.
fn condition_keys(stage: &StagePlan, request: &GatewayRequest) -> Vec<(&'static str, String)> {
    let mut keys = vec![
        ("aws:SecureTransport", request.secure.to_string()),
        ("aws:RequestedRegion", stage.region.as_str().to_owned()),
        ("aws:ResourceAccount", stage.account.as_str().to_owned()),
    ];
    match &request.through {
        None => keys.push(("aws:SourceIp", request.source_ip.clone())),
        Some(through) => keys.extend([
            ("aws:VpcSourceIp", request.source_ip.clone()),
            ("aws:SourceVpc", through.endpoint.vpc_id.clone()),
            ("aws:SourceVpce", through.endpoint.id.clone()),
        ]),
    }
    for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:Referer", "referer")] {
        let value = request.headers.get(header).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        keys.extend(value.map(|value| (key, value)));
    }
    keys
}

/// The policy of the private domain name that a request came through, where it did; whoever calls.
pub(crate) fn at_domain(stage: &StagePlan, request: &GatewayRequest) -> Result<(), GatewayError> {
    let Some(guard) = request.custom_domain.as_ref().and_then(|domain| domain.guard.as_deref()) else { return Ok(()) };
    let principal = Principal::Anonymous;
    let mut context = Context::of(&principal, request.received);
    for (key, value) in condition_keys(stage, request) {
        context.set(key, value);
    }
    let asked = Request::new(&principal, ACTION, &guard.arn, &context);
    let silent = Outcome::Silent(PolicyKind::Resource);
    let outcome = guard.policy.as_ref().map_or(silent, |policy| policy.outcome(&asked));
    settle("anonymous", &guard.arn, outcome.alone())
}

fn settle(who: &str, arn: &str, decision: Decision<'_>) -> Result<(), GatewayError> {
    if decision.is_allowed() {
        return Ok(());
    }
    let sentence = decision.denial_text(who, ACTION, &masked_account(arn));
    Err(GatewayError::access_denied(sentence).decided_by(Statement::of(&decision)))
}

impl<'a> Asked<'a> {
    pub(crate) fn new(matched: &'a Matched<'a>) -> Self {
        let keys = condition_keys(&matched.exchange.stage, &matched.exchange.request);
        Self { arn: method_arn(matched), keys, matched }
    }

    fn put<T>(&self, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        self.put_as(ACTION, ask)
    }

    fn put_as<T>(&self, action: &str, ask: impl FnOnce(&Request<'_>) -> T) -> T {
        let principal = Principal::Anonymous;
        let mut context = Context::of(&principal, self.matched.exchange.request.received);
        for (key, value) in &self.keys {
            context.set(*key, value.as_str());
        }
        ask(&Request::new(&principal, action, &self.arn, &context))
    }

    fn policy(&self) -> Option<&'a Policy> {
        self.matched.exchange.stage.deployment.policy.as_ref()
    }

    /// What the API's policy says to a caller without AWS credentials; `None` where it has none.
    fn outcome(&self) -> Option<Outcome<'a>> {
        let policy = self.policy()?;
        Some(self.put(|request| policy.outcome(request)))
    }

    /// The VPC endpoint's policy, which must allow where there is one.
    pub(crate) fn through_endpoint(&self) -> Result<(), GatewayError> {
        let through = self.matched.exchange.request.through.as_ref();
        let Some(policy) = through.and_then(|through| through.endpoint.policy.as_ref()) else { return Ok(()) };
        self.settle("anonymous", self.put(|request| policy.outcome(request)).alone())
    }

    /// Without authorizer, and after a user pool's: the policy must allow, where there is one.
    pub(crate) fn alone(&self) -> Result<(), GatewayError> {
        self.outcome().map_or(Ok(()), |outcome| self.settle("anonymous", outcome.alone()))
    }

    /// Before a Lambda authorizer: what the policy denies ends here.
    pub(crate) fn not_denied(&self) -> Result<(), GatewayError> {
        match self.outcome() {
            Some(denial @ Outcome::Deny(_)) => self.settle("anonymous", denial.alone()),
            _ => Ok(()),
        }
    }

    /// With a Lambda authorizer's policy: either allows, unless one denies.
    pub(crate) fn with_authorizer(&self, policy: &Policy) -> Result<(), GatewayError> {
        let by_authorizer = self.put(|request| policy.outcome(request));
        let by_api = self.outcome().unwrap_or(Outcome::Silent(PolicyKind::Resource));
        let decision = same_account(by_authorizer, by_api);
        if decision.is_allowed() {
            return Ok(());
        }
        if matches!(decision.reason, Reason::ExplicitDeny(PolicyKind::Resource)) {
            return self.settle("anonymous", decision);
        }
        let sentence = format!("User is not authorized to access this resource {}", decision.reason_text(ACTION));
        Err(GatewayError::access_denied(sentence).decided_by(Statement::of(&decision)))
    }

    /// Whether a caller without AWS credentials may have the kept answer thrown away: the API's policy or the Lambda
    /// authorizer's says so, and none of them forbids it.
    pub(crate) fn may_invalidate(&self, by_authorizer: Option<&Policy>) -> bool {
        let reason = |policy: &Policy| self.put_as(INVALIDATE, |request| policy.outcome(request)).alone().reason;
        let reasons = [by_authorizer.map(reason), self.policy().map(reason)];
        let endpoint = self.matched.exchange.request.through.as_ref();
        let through = endpoint.and_then(|through| through.endpoint.policy.as_ref()).map(reason);
        let denied = |reason: &Reason| matches!(reason, Reason::ExplicitDeny(_));
        let mut given = reasons.iter().flatten();
        given.clone().any(|reason| *reason == Reason::Allowed)
            && !given.any(denied)
            && through.is_none_or(|reason| reason == Reason::Allowed)
    }

    fn settle(&self, who: &str, decision: Decision<'_>) -> Result<(), GatewayError> {
        settle(who, &self.arn, decision)
    }
}
