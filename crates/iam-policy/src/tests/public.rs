//! What S3 calls a public policy.

use crate::{Policy, PolicyKind};

fn is_public(principal: &str, condition: &str) -> bool {
    let document = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"s3:GetObject",
            "Resource":"arn:aws:s3:::b/*","Condition":{condition}}}}}"#
    );
    Policy::parse(&document, PolicyKind::Resource).unwrap().is_public()
}

#[test]
fn an_allowance_for_everyone_is_public_unless_it_is_bound_to_fixed_values() {
    for public in [
        "{}",
        r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}}"#,
        r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","10.0.0.0/7"]}}"#,
        r#"{"IpAddress":{"aws:SourceIp":"2001::/31"}}"#,
        r#"{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
        r#"{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}"#,
        r#"{"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
        r#"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#,
        r#"{"StringEquals":{"aws:SourceVpc":["vpc-1","${aws:username}"]}}"#,
        r#"{"StringLike":{"aws:userid":"*"}}"#,
        r#"{"StringEquals":{"aws:Referer":"http://a/"}}"#,
        r#"{"Bool":{"aws:SecureTransport":"true"}}"#,
        r#"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}}"#,
    ] {
        assert!(is_public(r#""*""#, public), "{public}");
        assert!(is_public(r#"{"AWS":["123456789012","*"]}"#, public), "{public}");
        assert!(!is_public(r#"{"AWS":"123456789012"}"#, public), "{public}");
    }
    for bound in [
        r#"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}"#,
        r#"{"IpAddress":{"AWS:SOURCEIP":"203.0.113.7"}}"#,
        r#"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#,
        r#"{"StringLike":{"aws:userid":"AROAEXAMPLEID:*"}}"#,
        r#"{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:topic"}}"#,
        r#"{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:123456789012:accesspoint/*"}}"#,
        r#"{"StringEquals":{"aws:SourceAccount":"123456789012"},"Bool":{"aws:SecureTransport":"true"}}"#,
    ] {
        assert!(!is_public(r#""*""#, bound), "{bound}");
    }
}

#[test]
fn a_denial_is_not_public_and_does_not_hide_an_allowance() {
    let policy = |statements: &str| {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        Policy::parse(&document, PolicyKind::Resource).unwrap().is_public()
    };
    let deny = r#"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#;
    let allow = r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#;
    assert!(!policy(deny));
    assert!(policy(&format!("{deny},{allow}")));
}
