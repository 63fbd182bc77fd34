//! A whole question with its policies as JSON, which both the engine and the slow evaluator can answer.

use aws_types::Timestamp;
use serde_json::{Value, json};

use crate::{Context, Decision, Policies, Policy, PolicyKind, Principal, Reason, Request, evaluate};

pub(super) const ACCOUNT: &str = "111122223333";

/// Policies are whole documents.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) principal: Principal,
    pub(super) canonical_user: Option<String>,
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) owner: Option<String>,
    pub(super) context: Vec<(String, Vec<String>)>,
    pub(super) identity: Vec<Value>,
    pub(super) resource_policy: Option<Value>,
    pub(super) is_trust: bool,
    pub(super) boundary: Option<Value>,
    pub(super) session: Option<Vec<Value>>,
    pub(super) vpc_endpoint: Option<Value>,
}

pub(super) fn principal(name: &str) -> Principal {
    let account = ACCOUNT.to_owned();
    match name {
        "anonymous" => Principal::Anonymous,
        "root" => Principal::Root { account },
        "user" => Principal::User {
            arn: "arn:aws:iam::111122223333:user/dev/alice".to_owned(),
            id: "AIDAEXAMPLEALICE00001".to_owned(),
            name: "alice".to_owned(),
            account,
        },
        "session" => Principal::Session {
            role_arn: "arn:aws:iam::111122223333:role/team/reader".to_owned(),
            session_arn: "arn:aws:sts::111122223333:assumed-role/reader/s1".to_owned(),
            user_id: "AROAEXAMPLEREADER0001:s1".to_owned(),
            account,
        },
        "federated" => Principal::FederatedUser {
            arn: "arn:aws:sts::111122223333:federated-user/bob".to_owned(),
            user_id: "111122223333:bob".to_owned(),
            account,
        },
        "service" => Principal::Service { name: "apigateway.amazonaws.com".to_owned() },
        "web" => Principal::Federated { provider: "cognito-identity.amazonaws.com".to_owned() },
        _ => panic!("no principal {name}"),
    }
}

pub(super) fn document(version: &str, statements: &Value) -> Value {
    json!({"Version": version, "Statement": statements})
}

/// The keys a caller brings along, and what the scene adds to them.
pub(super) fn context_of(principal: &Principal, more: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let keys = [
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:userid",
        "aws:username",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalServiceName",
    ];
    let own = Context::of(principal, Timestamp::from_secs(1_767_323_045));
    let own = keys.iter().filter_map(|key| Some(((*key).to_owned(), vec![own.single(key)?.to_owned()])));
    own.chain(more.iter().cloned()).collect()
}

impl Scene {
    /// The engine's answer: `allowed`, `deny identity`, `no boundary`, …, and who decided.
    pub(super) fn decide(&self) -> (String, String) {
        let parse = |document: &Value, kind| {
            let text = document.to_string();
            Policy::parse(&text, kind).unwrap_or_else(|error| panic!("{error} at {}: {text}", error.place()))
        };
        let all = |documents: &[Value], kind| documents.iter().map(|one| parse(one, kind)).collect::<Vec<_>>();
        let identity = all(&self.identity, PolicyKind::Identity);
        let session = self.session.as_ref().map(|documents| all(documents, PolicyKind::Session));
        let boundary = self.boundary.as_ref().map(|document| parse(document, PolicyKind::Boundary));
        let vpc_endpoint = self.vpc_endpoint.as_ref().map(|document| parse(document, PolicyKind::VpcEndpoint));
        let resource_kind = if self.is_trust { PolicyKind::Trust } else { PolicyKind::Resource };
        let resource = self.resource_policy.as_ref().map(|document| parse(document, resource_kind));
        let identity: Vec<&Policy> = identity.iter().collect();
        let session: Option<Vec<&Policy>> = session.as_ref().map(|policies| policies.iter().collect());
        let context = self.engine_context();
        let request = Request {
            canonical_user: self.canonical_user.as_deref(),
            ..Request::new(&self.principal, &self.action, &self.resource, &context)
        };
        let policies = Policies {
            identity: &identity,
            resource: resource.as_ref(),
            resource_account: self.owner.as_deref(),
            boundary: boundary.as_ref(),
            session: session.as_deref(),
            vpc_endpoint: vpc_endpoint.as_ref(),
        };
        let decision = evaluate(&request, &policies);
        (verdict(&decision), by(&decision))
    }

    fn engine_context(&self) -> Context<'_> {
        let mut context = Context::empty();
        for (key, values) in &self.context {
            match values.as_slice() {
                [value] => context.set(key.as_str(), value.as_str()),
                values => context.set_many(key.as_str(), values.iter().map(String::as_str)),
            }
        }
        context
    }
}

fn verdict(decision: &Decision<'_>) -> String {
    assert_eq!(decision.is_allowed(), decision.reason == Reason::Allowed);
    match decision.reason {
        Reason::Allowed => "allowed".to_owned(),
        Reason::ExplicitDeny(kind) => format!("deny {}", word(kind)),
        Reason::ImplicitDeny(kind) => format!("no {}", word(kind)),
    }
}

fn word(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity",
        PolicyKind::Resource => "resource",
        PolicyKind::Trust => "trust",
        PolicyKind::Boundary => "boundary",
        PolicyKind::Session => "session",
        PolicyKind::VpcEndpoint => "vpc",
    }
}

/// `Identity 0 1 Sid`: kind, policy, statement, Sid.
fn by(decision: &Decision<'_>) -> String {
    decision
        .by
        .map_or("-".to_owned(), |by| format!("{:?} {} {} {}", by.kind, by.policy, by.statement, by.sid.unwrap_or("-")))
}
