//! Every sentence of denial, letter by letter.

use crate::{Decision, PolicyKind, Principal, Reason, StatementRef, masked_account};

const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
const ACTION: &str = "s3:GetObject";
const OBJECT: &str = "arn:aws:s3:::b/k";

fn explicit(kind: PolicyKind) -> Decision<'static> {
    Decision::denied(StatementRef { kind, policy: 0, statement: 0, sid: None })
}

#[test]
fn every_kind_of_policy_has_its_two_sentences() {
    let start = "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k";
    for (kind, silent, denying) in [
        (PolicyKind::Identity, "no identity-based policy", "an identity-based policy"),
        (PolicyKind::Resource, "no resource-based policy", "a resource-based policy"),
        (PolicyKind::Trust, "no resource-based policy", "a resource-based policy"),
        (PolicyKind::Boundary, "no permissions boundary", "a permissions boundary"),
        (PolicyKind::Session, "no session policy", "a session policy"),
        (PolicyKind::VpcEndpoint, "no VPC endpoint policy", "a VPC endpoint policy"),
    ] {
        let text = Decision::missing(kind).denial_text(ALICE, ACTION, OBJECT);
        assert_eq!(text, format!("{start} because {silent} allows the s3:GetObject action"));
        let text = explicit(kind).denial_text(ALICE, ACTION, OBJECT);
        assert_eq!(text, format!("{start} with an explicit deny in {denying}"));
        assert_eq!(explicit(kind).short_denial_text(ALICE, ACTION, OBJECT), start);
    }
}

#[test]
fn a_denial_without_resource_leaves_it_out() {
    assert_eq!(
        explicit(PolicyKind::Session).denial_text(ALICE, "sts:GetCallerIdentity", ""),
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:GetCallerIdentity with an explicit deny in a session policy"
    );
}

#[test]
fn an_authorizers_sentence_is_made_of_its_end() {
    let silent = Decision::missing(PolicyKind::Identity).reason_text("execute-api:Invoke");
    assert_eq!(silent, "because no identity-based policy allows the execute-api:Invoke action");
    let denied = explicit(PolicyKind::Identity).reason_text("execute-api:Invoke");
    assert_eq!(denied, "with an explicit deny in an identity-based policy");
    assert_eq!(Decision { reason: Reason::Allowed, by: None }.reason_text(ACTION), "");
}

#[test]
fn accounts_are_masked_to_their_last_four_digits() {
    assert_eq!(
        masked_account("arn:aws:execute-api:eu-west-1:111122223333:abc123/dev/GET/a:b"),
        "arn:aws:execute-api:eu-west-1:********3333:abc123/dev/GET/a:b"
    );
    for unchanged in ["*", "", "arn:aws:s3:::b", "arn:aws:s3:::b/k:l:m", "arn:aws:x:y:12:z"] {
        assert_eq!(masked_account(unchanged), unchanged);
    }
}

#[test]
fn callers_are_called_as_aws_calls_them() {
    let arn = |principal: Principal| principal.display_arn();
    let account = || "111122223333".to_owned();
    assert_eq!(arn(Principal::Anonymous), "anonymous");
    assert_eq!(arn(Principal::Root { account: account() }), "arn:aws:iam::111122223333:root");
    assert_eq!(arn(super::scene::principal("user")), "arn:aws:iam::111122223333:user/dev/alice");
    assert_eq!(arn(super::scene::principal("session")), "arn:aws:sts::111122223333:assumed-role/reader/s1");
    assert_eq!(arn(super::scene::principal("federated")), "arn:aws:sts::111122223333:federated-user/bob");
    assert_eq!(arn(super::scene::principal("service")), "apigateway.amazonaws.com");
    assert_eq!(arn(super::scene::principal("web")), "cognito-identity.amazonaws.com");
}

#[test]
fn callers_bring_their_keys_along() {
    let keys = |name: &str| {
        let principal = super::scene::principal(name);
        let context = super::scene::context_of(&principal, &[]);
        context.into_iter().map(|(key, values)| format!("{key}={}", values.join(","))).collect::<Vec<_>>().join(" ")
    };
    let time = "aws:CurrentTime=2026-01-02T03:04:05Z aws:EpochTime=1767323045";
    assert_eq!(keys("anonymous"), format!("{time} aws:PrincipalType=Anonymous aws:userid=anonymous"));
    assert_eq!(
        keys("root"),
        format!(
            "{time} aws:PrincipalArn=arn:aws:iam::111122223333:root aws:PrincipalAccount=111122223333 aws:PrincipalType=Account aws:userid=111122223333 aws:PrincipalIsAWSService=false"
        )
    );
    assert!(
        keys("user").ends_with("aws:userid=AIDAEXAMPLEALICE00001 aws:username=alice aws:PrincipalIsAWSService=false")
    );
    assert!(keys("session").contains("aws:PrincipalArn=arn:aws:iam::111122223333:role/team/reader "));
    assert!(keys("session").contains("aws:userid=AROAEXAMPLEREADER0001:s1"));
    assert!(keys("federated").contains("aws:PrincipalType=FederatedUser aws:userid=111122223333:bob"));
    assert_eq!(
        keys("service"),
        format!("{time} aws:PrincipalIsAWSService=true aws:PrincipalServiceName=apigateway.amazonaws.com")
    );
    assert_eq!(keys("web"), time);
}
