//! Who answers a request. The evidence, in this order: Host, `X-Amz-Target`, the credential scope's service, `Action=`,
//! the shape of the path.

use aws_types::schema::{Protocol, ServiceModel};
use http::request::Parts;

use super::host::{Host, Named};

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// An AWS operation of the named service.
    AwsApi {
        /// Our name of the service, `cognito-idp`.
        service: &'static str,
        /// The bucket that the host names; the path does not hold it then.
        bucket: Option<String>,
    },
    /// An API that runs here.
    ExecuteApi {
        /// The API's id.
        api: String,
        /// Stage and path, raw, with leading slash: `/test/dragons`.
        path: String,
    },
    /// A user pool's hosted pages and OAuth endpoints.
    UserPoolDomain {
        /// Prefix.
        domain: String,
        /// Path on the domain, raw.
        path: String,
        /// What stands before that path in the browser's address, empty where the host names the domain.
        base: String,
    },
    /// A function's own address.
    FunctionUrl {
        /// The address's id.
        id: String,
        /// Path at the address, raw.
        path: String,
    },
    /// The code of a function, by the address that `GetFunction` gives.
    FunctionCode {
        /// The sealed piece of the address.
        token: String,
    },
    /// A bucket as a website.
    S3Website {
        /// The bucket.
        bucket: String,
        /// Path on the site, raw.
        path: String,
        /// What stands before that path in the browser's address.
        base: String,
    },
    /// A pool's discovery document or keys.
    Issuer {
        /// The pool.
        pool: String,
        /// `openid-configuration`, `oauth-authorization-server` or `jwks.json`.
        document: String,
    },
    /// The discovery document or keys of the issuer of identity pools' tokens.
    IdentityIssuer {
        /// `openid-configuration` or `jwks_uri`.
        document: String,
    },
    /// The file of a user import job, or its log.
    UserImport {
        /// The pool.
        pool: String,
        /// The job.
        job: String,
    },
    /// Portcullis's own pages: health, metrics, inbox, clock.
    Internal,
}

/// Finds the door.
pub fn classify(host: Option<&Host>, parts: &Parts, models: &[&'static ServiceModel]) -> Door {
    let path = parts.uri.path();
    if path.starts_with("/_portcullis/") || path == "/_portcullis" {
        return Door::Internal;
    }
    let named = host.map_or(Named::Plain, Host::named);
    by_host(&named, path, models)
        .or_else(|| by_path_prefix(path))
        .or_else(|| by_target(parts, models))
        .or_else(|| by_preflight(parts))
        .or_else(|| by_credential_scope(parts, models))
        .or_else(|| by_action(parts, models))
        .or_else(|| by_form(parts))
        .or_else(|| by_path_shape(path))
        .unwrap_or(Door::AwsApi { service: "s3", bucket: None })
}

fn aws(service: &'static str) -> Door {
    Door::AwsApi { service, bucket: None }
}

fn by_host(named: &Named, path: &str, models: &[&'static ServiceModel]) -> Option<Door> {
    let path = path.to_owned();
    match named {
        Named::ExecuteApi { api } => Some(Door::ExecuteApi { api: api.clone(), path }),
        Named::UserPoolDomain { domain } => {
            Some(Door::UserPoolDomain { domain: domain.clone(), path, base: String::new() })
        }
        Named::FunctionUrl { id } => Some(Door::FunctionUrl { id: id.clone(), path }),
        Named::S3Website { bucket } => Some(Door::S3Website { bucket: bucket.clone(), path, base: String::new() }),
        Named::S3Bucket { bucket } => Some(Door::AwsApi { service: "s3", bucket: Some(bucket.clone()) }),
        Named::Endpoint { prefix } if prefix == "cognito-idp" => {
            issuer(&path).or_else(|| by_endpoint(prefix, &path, models))
        }
        Named::Endpoint { prefix } if prefix == "cognito-identity" => {
            identity_issuer(&path).or_else(|| by_endpoint(prefix, &path, models))
        }
        Named::Endpoint { prefix } => by_endpoint(prefix, &path, models),
        Named::Plain => None,
    }
}

fn by_endpoint(prefix: &str, path: &str, models: &[&'static ServiceModel]) -> Option<Door> {
    one_of(models.iter().filter(|model| model.endpoint_prefix == prefix || model.name == prefix), path)
}

/// apigateway and apigatewayv2 share endpoint and signing name: the path tells them apart.
fn one_of<'a>(fitting: impl Iterator<Item = &'a &'static ServiceModel>, path: &str) -> Option<Door> {
    let mut fitting: Vec<_> = fitting.map(|model| model.name).collect();
    fitting.sort_unstable();
    match fitting.as_slice() {
        ["apigateway", "apigatewayv2"] => {
            Some(aws(if path.starts_with("/v2/") { "apigatewayv2" } else { "apigateway" }))
        }
        [first, ..] => Some(aws(first)),
        [] => None,
    }
}

/// The forms that need no DNS.
fn by_path_prefix(path: &str) -> Option<Door> {
    if let Some((api, rest)) = path.strip_prefix("/_aws/execute-api/").map(split_first) {
        return Some(Door::ExecuteApi { api: api.to_owned(), path: rest.to_owned() });
    }
    if let Some((domain, rest)) = path.strip_prefix("/_aws/auth/").map(split_first) {
        let base = format!("/_aws/auth/{domain}");
        return Some(Door::UserPoolDomain { domain: domain.to_owned(), path: rest.to_owned(), base });
    }
    if let Some((id, rest)) = path.strip_prefix("/_aws/lambda-url/").map(split_first) {
        return Some(Door::FunctionUrl { id: id.to_owned(), path: rest.to_owned() });
    }
    if let Some(token) = path.strip_prefix("/_aws/lambda-code/") {
        return Some(Door::FunctionCode { token: token.to_owned() });
    }
    if let Some((bucket, rest)) = path.strip_prefix("/_aws/website/").map(split_first) {
        let base = format!("/_aws/website/{bucket}");
        return Some(Door::S3Website { bucket: bucket.to_owned(), path: rest.to_owned(), base });
    }
    if let Some(rest) = path.strip_prefix("/_aws/cognito-identity") {
        return identity_issuer(rest);
    }
    user_request(path).or_else(|| user_import(path)).or_else(|| issuer(path))
}

/// `/restapis/{api}/{stage}/_user_request_/{path}`.
fn user_request(path: &str) -> Option<Door> {
    let (api, rest) = split_first(path.strip_prefix("/restapis/")?);
    let (stage, rest) = split_first(rest.strip_prefix('/')?);
    let rest = rest.strip_prefix("/_user_request_")?;
    let path = if rest.is_empty() { format!("/{stage}/") } else { format!("/{stage}{rest}") };
    (rest.is_empty() || rest.starts_with('/')).then(|| Door::ExecuteApi { api: api.to_owned(), path })
}

/// `/.well-known/{document}` of `https://cognito-identity.amazonaws.com`, which issues for all identity pools.
fn identity_issuer(path: &str) -> Option<Door> {
    let document = path.strip_prefix("/.well-known/")?.to_owned();
    Some(Door::IdentityIssuer { document })
}

/// `/_aws/user-import/{pool}/{job}`.
fn user_import(path: &str) -> Option<Door> {
    let (pool, job) = path.strip_prefix("/_aws/user-import/")?.split_once('/')?;
    (!pool.is_empty() && !job.contains('/')).then(|| Door::UserImport { pool: pool.to_owned(), job: job.to_owned() })
}

/// `/{pool}/.well-known/{document}`, and RFC 8414's form, in which the issuer's path comes last.
fn issuer(path: &str) -> Option<Door> {
    let server = path.strip_prefix("/.well-known/oauth-authorization-server/");
    let (pool, document) = match server {
        Some(pool) => (pool, "oauth-authorization-server"),
        None => {
            let (pool, rest) = split_first(path.strip_prefix('/')?);
            (pool, rest.strip_prefix("/.well-known/")?)
        }
    };
    let looks_like_a_pool = pool.split_once('_').is_some_and(|(region, id)| region.contains('-') && !id.is_empty());
    (looks_like_a_pool && !pool.contains('/') && !document.contains('/'))
        .then(|| Door::Issuer { pool: pool.to_owned(), document: document.to_owned() })
}

/// `a/b/c` is `a` and `/b/c`; without a slash the rest is `/`.
fn split_first(text: &str) -> (&str, &str) {
    text.find('/').and_then(|at| text.split_at_checked(at)).unwrap_or((text, "/"))
}

fn by_target(parts: &Parts, models: &[&'static ServiceModel]) -> Option<Door> {
    let target = parts.headers.get("x-amz-target")?.to_str().ok()?;
    let (prefix, _) = target.rsplit_once('.')?;
    models.iter().find(|model| model.target_prefix == Some(prefix)).map(|model| aws(model.name))
}

/// A browser asks before it posts to `/`; only the JSON and query services are called so, and all of them answer alike.
fn by_preflight(parts: &Parts) -> Option<Door> {
    let asked = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let target = asked(http::header::ACCESS_CONTROL_REQUEST_HEADERS)
        .is_some_and(|names| names.split(',').any(|name| name.trim().eq_ignore_ascii_case("x-amz-target")));
    let posts = parts.uri.path() == "/" && asked(http::header::ACCESS_CONTROL_REQUEST_METHOD) == Some("POST");
    (parts.method == http::Method::OPTIONS && (target || posts)).then(|| aws("cognito-idp"))
}

/// `Credential=AKID/20260102/eu-west-1/cognito-idp/aws4_request` in the header or the query.
fn by_credential_scope(parts: &Parts, models: &[&'static ServiceModel]) -> Option<Door> {
    let service = credential_scope(parts)?.service;
    one_of(models.iter().filter(|model| model.signing_name == service), parts.uri.path())
}

/// The middle of a credential scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialScope {
    /// Access key id.
    pub access_key_id: String,
    /// Region.
    pub region: String,
    /// Signing name.
    pub service: String,
}

/// Reads the credential scope without believing it.
pub fn credential_scope(parts: &Parts) -> Option<CredentialScope> {
    let from_header = parts
        .headers
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.starts_with("AWS4-"))
        .and_then(|value| value.split_once("Credential=").map(|(_, rest)| rest.to_owned()));
    let from_query = || {
        let query = parts.uri.query()?;
        let raw = query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Credential="))?;
        percent_encoding::percent_decode_str(raw).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    let credential = from_header.or_else(from_query)?;
    let mut fields = credential.split([',', ' ']).next()?.split('/');
    let (access_key_id, _date) = (fields.next()?.to_owned(), fields.next()?);
    Some(CredentialScope { access_key_id, region: fields.next()?.to_owned(), service: fields.next()?.to_owned() })
}

/// `Action=` in the query names a query-protocol operation; the form of a POST is looked at by its content type.
fn by_action(parts: &Parts, models: &[&'static ServiceModel]) -> Option<Door> {
    let action = parts.uri.query()?.split('&').find_map(|pair| pair.strip_prefix("Action="))?;
    models
        .iter()
        .find(|model| model.protocol == Protocol::AwsQuery && model.operation(action).is_some())
        .map(|model| aws(model.name))
}

/// An unsigned query call in a form's body: which service is meant stands within, so the door looks again once it is read.
fn by_form(parts: &Parts) -> Option<Door> {
    let content_type = parts.headers.get(http::header::CONTENT_TYPE)?.to_str().ok()?;
    let form = content_type.starts_with("application/x-www-form-urlencoded");
    (form && parts.method == http::Method::POST && parts.uri.path() == "/").then(|| aws("sts"))
}

fn by_path_shape(path: &str) -> Option<Door> {
    let starts = |prefix: &str| path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    let v1 = ["/restapis", "/apikeys", "/usageplans", "/domainnames", "/vpclinks", "/clientcertificates", "/account"];
    if v1.iter().any(|prefix| starts(prefix)) {
        return Some(aws("apigateway"));
    }
    if ["/v2/apis", "/v2/domainnames", "/v2/vpclinks", "/v2/tags"].iter().any(|prefix| starts(prefix)) {
        return Some(aws("apigatewayv2"));
    }
    // Each part of Lambda's API bears the day on which it came to be.
    let dated = |path: &str| {
        let (day, rest) = path.strip_prefix('/')?.split_once('/')?;
        let is_day = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let first = rest.split('/').next().unwrap_or_default();
        let parts =
            ["functions", "layers", "tags", "account-settings", "event-source-mappings", "code-signing-configs"];
        Some(is_day && parts.contains(&first))
    };
    dated(path).unwrap_or_default().then(|| aws("lambda"))
}

#[cfg(test)]
#[path = "classify_tests.rs"]
mod tests;
