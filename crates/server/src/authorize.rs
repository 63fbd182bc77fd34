//! What an AWS operation is called in policies: its action, the resource it touches, and the condition keys of the
//! request (service authorization reference). The caller's policies are put to the engine by `iam`.

mod apis;
mod lambda;
mod roles;

use aws_types::schema::Operation;
use aws_types::wire::Value;
use aws_types::{AccountId, Region};
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

pub use self::roles::receiver;

/// An operation in the words of policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `cognito-idp:AdminGetUser`.
    pub action: String,
    /// ARN, or `*` where the action names none.
    pub resource: String,
}

/// Where a call goes.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The account.
    pub account: &'a AccountId,
    /// The region.
    pub region: &'a Region,
}

/// What is asked by an operation. `None`: the service decides or names the resource by itself, because that needs what it
/// keeps (sts, iam).
pub fn asked(
    service: &str,
    operation: &Operation,
    input: &Value,
    parts: &Parts,
    place: Place<'_>,
) -> Option<Vec<Asked>> {
    let one = |action: String, resource: String| Some(vec![Asked { action, resource }]);
    match service {
        "sts" | "iam" => None,
        "s3" => Some(s3(operation.name, input)),
        "apigateway" | "apigatewayv2" => {
            let mut all = apis::asked(service, operation, input, parts.uri.path(), place);
            all.extend(truststore(operation.name, input));
            all.extend(roles::given(operation.name, input));
            Some(all)
        }
        "cognito-idp" => Some(user_pools(operation.name, input, place)),
        "cognito-identity" => Some(identity_pool(operation.name, input, place)),
        "lambda" => Some(lambda::asked(operation.name, input, place)),
        "logs" => Some(crate::authorize_logs::asked(operation.name, input, place)),
        other => one(format!("{other}:{}", operation.name), "*".to_owned()),
    }
}

/// The truststore that an operation on a domain name reads, which its caller must be allowed to read. Where a patch names
/// a version alone, the object is not known here: whoever may read any may.
fn truststore(operation: &str, input: &Value) -> Option<Asked> {
    const AT: &str = "/mutualTlsAuthentication/";
    let (uri, version) = match operation {
        "CreateDomainName" | "UpdateDomainName" if input.get("MutualTlsAuthentication").is_some() => {
            let member =
                |name: &str| input.pointer(&format!("/MutualTlsAuthentication/{name}")).and_then(Value::as_str);
            (member("TruststoreUri").filter(|uri| !uri.is_empty()), member("TruststoreVersion"))
        }
        "CreateDomainName" => {
            let member = |name: &str| input.pointer(&format!("{AT}{name}")).and_then(Value::as_str);
            (member("truststoreUri"), member("truststoreVersion"))
        }
        "UpdateDomainName" => {
            let operations = input.get("patchOperations").and_then(Value::as_array).map(Vec::as_slice);
            let last = |name: &str| {
                let wanted = format!("{AT}{name}");
                let sets = |one: &&Value| text(one, "path") == Some(&wanted) && text(one, "op") != Some("remove");
                text(operations.unwrap_or_default().iter().rev().find(sets)?, "value")
            };
            (last("truststoreUri"), last("truststoreVersion"))
        }
        _ => return None,
    };
    let version = version.filter(|version| !version.is_empty());
    if uri.is_none() && version.is_none() {
        return None;
    }
    let action = if version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
    let object = uri.and_then(|uri| uri.strip_prefix("s3://")).unwrap_or("*");
    Some(Asked { action: action.to_owned(), resource: format!("arn:aws:s3:::{object}") })
}

/// The path as the router reads it, so that no other spelling of it slips past a policy. A piece that holds a slash (the
/// ARN of `/tags/{arn}`) stays encoded, as policies have it.
fn api_path(raw: &str) -> String {
    let raw = raw.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(raw);
    let piece = |piece: &str| {
        let decoded = percent_decode_str(piece).decode_utf8_lossy().into_owned();
        if decoded.contains('/') { utf8_percent_encode(&decoded, ENCODED).to_string() } else { decoded }
    };
    raw.split('/').map(piece).collect::<Vec<_>>().join("/")
}

/// Everything but unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Keys in one `DeleteObjects` (S3 API reference).
const MOST_KEYS: usize = 1_000;

/// Whether a request sets an ACL, canned or by grants: an action of its own.
fn sets_acl(input: &Value) -> bool {
    let names = ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWrite", "GrantWriteACP"];
    names.iter().any(|name| text(input, name).is_some())
}

fn text<'v>(input: &'v Value, member: &str) -> Option<&'v str> {
    input.get(member).and_then(Value::as_str)
}

/// The role by which a pool sends text messages (guide, "SMS message settings": whoever sets it needs `iam:PassRole`).
fn sms_role<'v>(operation: &str, input: &'v Value) -> Option<&'v str> {
    let sms = match operation {
        "CreateUserPool" | "UpdateUserPool" => input.get("SmsConfiguration"),
        "SetUserPoolMfaConfig" => input.get("SmsMfaConfiguration")?.get("SmsConfiguration"),
        _ => None,
    };
    text(sms?, "SnsCallerArn")
}

/// A group's role becomes its members' by an identity pool: whoever sets it must be allowed to give it away. (attack 148;
/// own: the guides tell it of identity pools alone)
fn user_pools(operation: &str, input: &Value, place: Place<'_>) -> Vec<Asked> {
    let mut all = vec![Asked { action: format!("cognito-idp:{operation}"), resource: user_pool(input, place) }];
    let role = match operation {
        "CreateGroup" | "UpdateGroup" => text(input, "RoleArn"),
        _ => sms_role(operation, input),
    };
    all.extend(role.map(|role| Asked { action: "iam:PassRole".to_owned(), resource: role.to_owned() }));
    all
}

fn user_pool(input: &Value, place: Place<'_>) -> String {
    let named = text(input, "UserPoolId").map(|id| {
        // The pool's own region counts, whatever region the call was scoped to.
        let region = id.split_once('_').map_or(place.region.as_str(), |(region, _)| region);
        format!("arn:aws:cognito-idp:{region}:{}:userpool/{id}", place.account)
    });
    named.or_else(|| text(input, "ResourceArn").map(str::to_owned)).unwrap_or_else(|| "*".to_owned())
}

/// Whoever gives roles to identities must be allowed to give them away (IAM guide, "Granting a user permissions to pass a
/// role to an AWS service").
fn identity_pool(operation: &str, input: &Value, place: Place<'_>) -> Vec<Asked> {
    let named = text(input, "IdentityPoolId").map(|id| {
        let region = id.split_once(':').map_or(place.region.as_str(), |(region, _)| region);
        format!("arn:aws:cognito-identity:{region}:{}:identitypool/{id}", place.account)
    });
    let resource = named.or_else(|| text(input, "ResourceArn").map(str::to_owned)).unwrap_or_else(|| "*".to_owned());
    let mut all = vec![Asked { action: format!("cognito-identity:{operation}"), resource }];
    if operation == "SetIdentityPoolRoles" {
        let mut roles = Vec::new();
        role_arns(input, &mut roles);
        all.extend(roles.into_iter().map(|resource| Asked { action: "iam:PassRole".to_owned(), resource }));
    }
    all
}

/// The roles in `Roles` and in the rules of `RoleMappings`, each once.
fn role_arns(input: &Value, into: &mut Vec<String>) {
    let mut add = |arn: Option<&str>| {
        if let Some(arn) = arn.filter(|arn| !into.iter().any(|other| other == arn)) {
            into.push(arn.to_owned());
        }
    };
    let members = |member: &str| input.get(member).and_then(Value::as_object).into_iter().flatten();
    members("Roles").for_each(|(_, arn)| add(arn.as_str()));
    for (_, mapping) in members("RoleMappings") {
        let rules = mapping.pointer("/RulesConfiguration/Rules").and_then(Value::as_array);
        rules.into_iter().flatten().for_each(|rule| add(text(rule, "RoleARN")));
    }
}

/// What writing an object takes: an ACL and tags are actions of their own.
fn put(input: &Value, object: String) -> Vec<Asked> {
    let ask = |action: &str| Asked { action: format!("s3:{action}"), resource: object.clone() };
    let mut all = vec![ask("PutObject")];
    all.extend(sets_acl(input).then(|| ask("PutObjectAcl")));
    all.extend(text(input, "Tagging").is_some_and(|tags| !tags.is_empty()).then(|| ask("PutObjectTagging")));
    all
}

/// What reading the source of a copy takes. Decoded as the operation itself does it.
fn copied(input: &Value) -> Asked {
    let source = text(input, "CopySource").unwrap_or_default();
    let (path, version) = source.split_once("?versionId=").map_or((source, false), |(path, _)| (path, true));
    let path = percent_decode_str(path).decode_utf8_lossy();
    let action = if version { "s3:GetObjectVersion" } else { "s3:GetObject" };
    Asked { action: action.to_owned(), resource: format!("arn:aws:s3:::{}", path.trim_start_matches('/')) }
}

/// S3's actions bear other names than its operations (S3 user guide, "Required permissions for API operations").
fn s3(operation: &str, input: &Value) -> Vec<Asked> {
    let bucket = format!("arn:aws:s3:::{}", text(input, "Bucket").unwrap_or_default());
    let object = |key: &str| format!("{bucket}/{key}");
    let key = || object(text(input, "Key").unwrap_or_default());
    let ask = |action: &str, resource: String| Asked { action: format!("s3:{action}"), resource };
    let of_version = |action, of_version| if text(input, "VersionId").is_some() { of_version } else { action };
    match operation {
        "ListBuckets" => vec![ask("ListAllMyBuckets", "*".to_owned())],
        "ListObjects" | "ListObjectsV2" | "HeadBucket" => vec![ask("ListBucket", bucket)],
        "GetObject" | "HeadObject" => vec![ask(of_version("GetObject", "GetObjectVersion"), key())],
        "GetObjectAttributes" => {
            let read = ask(of_version("GetObject", "GetObjectVersion"), key());
            vec![read, ask(of_version("GetObjectAttributes", "GetObjectVersionAttributes"), key())]
        }
        "GetObjectTagging" => vec![ask(of_version("GetObjectTagging", "GetObjectVersionTagging"), key())],
        "PutObjectTagging" => vec![ask(of_version("PutObjectTagging", "PutObjectVersionTagging"), key())],
        "DeleteObjectTagging" => vec![ask(of_version("DeleteObjectTagging", "DeleteObjectVersionTagging"), key())],
        "GetObjectAcl" => vec![ask(of_version("GetObjectAcl", "GetObjectVersionAcl"), key())],
        "PutObjectAcl" => vec![ask(of_version("PutObjectAcl", "PutObjectVersionAcl"), key())],
        "DeleteObject" => vec![ask(of_version("DeleteObject", "DeleteObjectVersion"), key())],
        "UploadPart" | "CompleteMultipartUpload" => vec![ask("PutObject", key())],
        "PutObject" | "CreateMultipartUpload" => put(input, key()),
        "UploadPartCopy" => vec![copied(input), ask("PutObject", key())],
        "CopyObject" => std::iter::once(copied(input)).chain(put(input, key())).collect(),
        "AbortMultipartUpload" => vec![ask(operation, key())],
        "ListParts" => vec![ask("ListMultipartUploadParts", key())],
        "ListMultipartUploads" => vec![ask("ListBucketMultipartUploads", bucket)],
        "ListObjectVersions" => vec![ask("ListBucketVersions", bucket)],
        "GetBucketEncryption" => vec![ask("GetEncryptionConfiguration", bucket)],
        "PutBucketEncryption" | "DeleteBucketEncryption" => vec![ask("PutEncryptionConfiguration", bucket)],
        "DeleteBucketTagging" => vec![ask("PutBucketTagging", bucket)],
        "GetBucketCors" => vec![ask("GetBucketCORS", bucket)],
        "PutBucketCors" | "DeleteBucketCors" => vec![ask("PutBucketCORS", bucket)],
        "CreateBucket" => {
            let mut all = vec![ask("CreateBucket", bucket.clone())];
            all.extend(sets_acl(input).then(|| ask("PutBucketAcl", bucket.clone())));
            let owned = text(input, "ObjectOwnership").is_some();
            all.extend(owned.then(|| ask("PutBucketOwnershipControls", bucket)));
            all
        }
        "DeleteObjects" => {
            let objects =
                input.pointer("/Delete/Objects").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            // The operation refuses a list that is longer, whatever is in it.
            let objects = objects.iter().take(MOST_KEYS);
            let action =
                |o: &Value| if text(o, "VersionId").is_some() { "DeleteObjectVersion" } else { "DeleteObject" };
            objects.filter_map(|o| text(o, "Key").map(|key| ask(action(o), object(key)))).collect()
        }
        "GetPublicAccessBlock" => vec![ask("GetBucketPublicAccessBlock", bucket)],
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => vec![ask("PutBucketPublicAccessBlock", bucket)],
        "DeleteBucketOwnershipControls" => vec![ask("PutBucketOwnershipControls", bucket)],
        other => vec![ask(other, bucket)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(service: &str, name: &str, target: &str, input: &Value, expected: &[(&str, &str)]) {
        let model = crate::wiring::models().into_iter().find(|model| model.name == service).unwrap();
        let parts = http::Request::get(target).body(()).unwrap().into_parts().0;
        let (account, region) = (AccountId::default(), Region::default());
        let place = Place { account: &account, region: &region };
        let asked = asked(service, model.operation(name).unwrap(), input, &parts, place).unwrap();
        let expected: Vec<Asked> =
            expected.iter().map(|(a, r)| Asked { action: (*a).to_owned(), resource: (*r).to_owned() }).collect();
        assert_eq!(asked, expected, "{name}");
    }

    #[test]
    fn another_spelling_of_a_name_is_the_same_resource() {
        let copied = [("s3:GetObject", "arn:aws:s3:::b/secret/x"), ("s3:PutObject", "arn:aws:s3:::b/k")];
        for source in ["b/secret/x", "/b/secret/x", "b/s%65cret%2Fx", "%62/secret/x"] {
            let copy = json!({ "Bucket": "b", "Key": "k", "CopySource": source });
            check("s3", "CopyObject", "/b/k", &copy, &copied);
        }
        let api = "arn:aws:apigateway:us-east-1::/restapis/abc";
        for path in ["/restapis/abc", "/restapis/abc/", "/restapis/ab%63", "/%72estapis/abc"] {
            check("apigateway", "GetRestApi", path, &json!({}), &[("apigateway:GET", api)]);
        }
        let tags = "arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc";
        for path in [
            "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fabc",
            "/tags/arn:aws:apigateway:us-east-1::%2frestapis%2Fabc",
        ] {
            check("apigateway", "GetTags", path, &json!({}), &[("apigateway:GET", tags)]);
        }
    }

    #[test]
    fn apis_of_the_second_version_are_asked_for_without_it() {
        let api = "arn:aws:apigateway:us-east-1::/apis/abc";
        for path in ["/v2/apis/abc", "/v2/apis/abc/", "/%762/apis/ab%63"] {
            check("apigatewayv2", "GetApi", path, &json!({}), &[("apigateway:GET", api)]);
        }
        let routes = [("apigateway:POST", "arn:aws:apigateway:us-east-1::/apis/abc/routes")];
        check("apigatewayv2", "CreateRoute", "/v2/apis/abc/routes", &json!({}), &routes);
        let store = json!({ "MutualTlsAuthentication": { "TruststoreUri": "s3://b/k.pem" } });
        let asked = [
            ("apigateway:PATCH", "arn:aws:apigateway:us-east-1::/domainnames/x"),
            ("s3:GetObject", "arn:aws:s3:::b/k.pem"),
        ];
        check("apigatewayv2", "UpdateDomainName", "/v2/domainnames/x", &store, &asked);
    }

    #[test]
    fn whoever_names_a_truststore_must_be_allowed_to_read_it() {
        let domain = "arn:aws:apigateway:us-east-1::/domainnames/x";
        let post = ("apigateway:POST", "arn:aws:apigateway:us-east-1::/domainnames");
        let store = |version: Option<&str>| json!({ "mutualTlsAuthentication": { "truststoreUri": "s3://b/k.pem", "truststoreVersion": version } });
        let create = |input: &Value, more: &[(&str, &str)]| {
            check("apigateway", "CreateDomainName", "/domainnames", input, &[&[post], more].concat());
        };
        create(&json!({}), &[]);
        create(&store(None), &[("s3:GetObject", "arn:aws:s3:::b/k.pem")]);
        create(&store(Some("v1")), &[("s3:GetObjectVersion", "arn:aws:s3:::b/k.pem")]);
        let patch = |op: &str, name: &str, value: &str| json!({ "op": op, "path": format!("/mutualTlsAuthentication/{name}"), "value": value });
        let update = |operations: &[Value], more: &[(&str, &str)]| {
            let input = json!({ "patchOperations": operations });
            let asked = [&[("apigateway:PATCH", domain)], more].concat();
            check("apigateway", "UpdateDomainName", "/domainnames/x", &input, &asked);
        };
        update(&[patch("remove", "truststoreUri", "")], &[]);
        let moved = [patch("replace", "truststoreUri", "s3://a/a"), patch("add", "truststoreUri", "s3://b/k.pem")];
        update(&moved, &[("s3:GetObject", "arn:aws:s3:::b/k.pem")]);
        update(&[patch("replace", "truststoreVersion", "v2")], &[("s3:GetObjectVersion", "arn:aws:s3:::*")]);
    }

    #[test]
    fn operations_are_asked_for_under_their_names_in_policies() {
        let pool = json!({ "UserPoolId": "eu-west-1_Ab3" });
        let arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3";
        check("cognito-idp", "AdminGetUser", "/", &pool, &[("cognito-idp:AdminGetUser", arn)]);
        let group = json!({ "UserPoolId": "eu-west-1_Ab3", "GroupName": "g", "RoleArn": "arn:r" });
        for operation in ["CreateGroup", "UpdateGroup"] {
            let action = format!("cognito-idp:{operation}");
            check("cognito-idp", operation, "/", &group, &[(&action, arn), ("iam:PassRole", "arn:r")]);
        }
        let sms = json!({ "SnsCallerArn": "arn:r" });
        let sends = json!({ "UserPoolId": "eu-west-1_Ab3", "SmsConfiguration": sms });
        let update = [("cognito-idp:UpdateUserPool", arn), ("iam:PassRole", "arn:r")];
        check("cognito-idp", "UpdateUserPool", "/", &sends, &update);
        let sends = json!({ "UserPoolId": "eu-west-1_Ab3", "SmsMfaConfiguration": { "SmsConfiguration": sms } });
        let set = [("cognito-idp:SetUserPoolMfaConfig", arn), ("iam:PassRole", "arn:r")];
        check("cognito-idp", "SetUserPoolMfaConfig", "/", &sends, &set);
        check("cognito-idp", "ListUserPools", "/", &json!({}), &[("cognito-idp:ListUserPools", "*")]);
        let api = "arn:aws:apigateway:us-east-1::/restapis/abc";
        check("apigateway", "GetRestApi", "/restapis/abc", &json!({}), &[("apigateway:GET", api)]);
        let pool = "eu-west-1:0000";
        let roles = json!({ "IdentityPoolId": pool, "Roles": { "authenticated": "arn:a" },
            "RoleMappings": { "p": { "RulesConfiguration": { "Rules": [{ "RoleARN": "arn:b" }, { "RoleARN": "arn:a" }] } } } });
        let arn = "arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/eu-west-1:0000";
        let asked =
            [("cognito-identity:SetIdentityPoolRoles", arn), ("iam:PassRole", "arn:a"), ("iam:PassRole", "arn:b")];
        check("cognito-identity", "SetIdentityPoolRoles", "/", &roles, &asked);
        let object = json!({ "Bucket": "b", "Key": "a/k" });
        check("s3", "HeadObject", "/b/a/k", &object, &[("s3:GetObject", "arn:aws:s3:::b/a/k")]);
        let public = json!({ "Bucket": "b", "Key": "k", "ACL": "public-read" });
        let both = [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:PutObjectAcl", "arn:aws:s3:::b/k")];
        check("s3", "PutObject", "/b/k", &public, &both);
        let granted = json!({ "Bucket": "b", "Key": "k", "GrantRead": "id=\"0\"" });
        check("s3", "PutObject", "/b/k", &granted, &both);
        let open = json!({ "Bucket": "b", "ACL": "public-read", "ObjectOwnership": "ObjectWriter" });
        let made = ["s3:CreateBucket", "s3:PutBucketAcl", "s3:PutBucketOwnershipControls"];
        check("s3", "CreateBucket", "/b", &open, &made.map(|action| (action, "arn:aws:s3:::b")));
        let many = json!({ "Bucket": "b", "Delete": { "Objects": [{ "Key": "x" }, { "Key": "y" }] } });
        let each = [("s3:DeleteObject", "arn:aws:s3:::b/x"), ("s3:DeleteObject", "arn:aws:s3:::b/y")];
        check("s3", "DeleteObjects", "/b?delete", &many, &each);
        check(
            "s3",
            "ListObjectsV2",
            "/b?list-type=2",
            &json!({ "Bucket": "b" }),
            &[("s3:ListBucket", "arn:aws:s3:::b")],
        );
    }
}
