//! CreateDomainName. A certificate that is named by its ARN is made by the server's own authority; one that comes with
//! the call is served as it is.

use model::{CreateDomainNameRequest, EndpointType, IpAddressType};
use model_apigateway as model;
use store::{Tx, retry};

use crate::Cx;
use crate::certificate::check_pair;
use crate::entity::{Certificate, DomainName, Imported, MutualTls};
use crate::error::{Result, bad_request, limit_exceeded, stored};
use crate::table::{DOMAIN_CHANGED, DOMAIN_NAME, DOMAIN_NAMES, DOMAINS_BY_NAME, DOMAINS_BY_OWNER, part_sk};
use crate::{access, security_policy, tag, validate};

/// AWS's quota in a region is 120 and may be raised; here it is this from the start.
const MAX_DOMAINS: usize = 1_000;

/// Makes a domain name; it leads nowhere until a base path is mapped.
pub async fn create_domain_name(cx: &Cx<'_>, input: CreateDomainNameRequest) -> Result<model::DomainName> {
    let name = input.domain_name.to_ascii_lowercase();
    check_name(&name, &cx.service.config().host_names)?;
    tag::check(&input.tags.clone().unwrap_or_default())?;
    let mutual_tls = match &input.mutual_tls_authentication {
        Some(mutual) => {
            let uri = mutual.truststore_uri.as_deref().unwrap_or_default();
            Some(cx.read_truststore(uri, mutual.truststore_version.clone()).await?)
        }
        None => None,
    };
    retry(cx.store(), || create(cx, &input, &name, mutual_tls.as_ref())).await
}

async fn create(
    cx: &Cx<'_>,
    input: &CreateDomainNameRequest,
    name: &str,
    mutual_tls: Option<&MutualTls>,
) -> Result<model::DomainName> {
    let mut domain = new_domain(cx, input, name, mutual_tls)?;
    domain.policy = access::domain_policy(&domain, input.policy.as_deref().unwrap_or_default())?;
    check(&domain)?;
    if cx.owned_count(&DOMAIN_NAMES, DOMAIN_NAME, MAX_DOMAINS).await? >= MAX_DOMAINS {
        return Err(limit_exceeded("Maximum number of domain names for this account has been reached."));
    }
    let (owner, key) = (cx.owner(), domain.key());
    let mut tx = Tx::new();
    let sk = part_sk(DOMAIN_NAME, &key);
    let index = vec![(DOMAINS_BY_OWNER, owner.key(&key))];
    if !domain.is_private() {
        if !cx.store().lookup(DOMAINS_BY_NAME, name, None, 1).await?.is_empty() {
            return Err(bad_request("The domain name you provided already exists."));
        }
        tx.reserve(DOMAINS_BY_NAME, name, owner.pk(), sk.clone());
    }
    DOMAIN_NAMES.insert(&mut tx, &owner.pk(), &sk, &domain, index)?;
    tx.event(DOMAIN_CHANGED, &owner.key(&key));
    cx.store().commit(tx).await.map_err(stored)?;
    cx.service.refresh_domain(&owner, &key).await?;
    Ok(domain.output())
}

fn new_domain(
    cx: &Cx<'_>,
    input: &CreateDomainNameRequest,
    name: &str,
    mutual_tls: Option<&MutualTls>,
) -> Result<DomainName> {
    let id = cx.new_id(10);
    let configuration = input.endpoint_configuration.as_ref();
    let types = configuration.and_then(|configuration| configuration.types.as_deref());
    let endpoint_type = match types {
        None => EndpointType::Edge,
        Some([one]) => *one,
        Some(_) => return Err(bad_request("Exactly one endpoint type must be specified for a domain name")),
    };
    let ip = configuration.and_then(|configuration| configuration.ip_address_type);
    let default_ip =
        if endpoint_type == EndpointType::Private { IpAddressType::Dualstack } else { IpAddressType::Ipv4 };
    Ok(DomainName {
        name: name.to_owned(),
        account: cx.call.account.to_string(),
        region: cx.call.region.to_string(),
        endpoint_types: vec![endpoint_type.as_str().to_owned()],
        ip_address_type: ip.unwrap_or(default_ip).as_str().to_owned(),
        certificate: Certificate { name: input.certificate_name.clone(), arn: input.certificate_arn.clone() },
        regional_certificate: Certificate {
            name: input.regional_certificate_name.clone(),
            arn: input.regional_certificate_arn.clone(),
        },
        certificate_uploaded: cx.now(),
        imported: imported(cx, input, &id)?,
        security_policy: input.security_policy.unwrap_or(model::SecurityPolicy::Tls12).as_str().to_owned(),
        endpoint_access_mode: input.endpoint_access_mode.map(|mode| mode.as_str().to_owned()),
        routing_mode: input.routing_mode.unwrap_or(model::RoutingMode::BasePathMappingOnly).as_str().to_owned(),
        mutual_tls: mutual_tls.cloned(),
        ownership_certificate_arn: input.ownership_verification_certificate_arn.clone(),
        policy: None,
        management_policy: None,
        tags: input.tags.clone().unwrap_or_default(),
        id,
    })
}

/// A certificate that came with the call, with its chain and key.
fn imported(cx: &Cx<'_>, input: &CreateDomainNameRequest, id: &str) -> Result<Option<Imported>> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (body, key) = (given(&input.certificate_body), given(&input.certificate_private_key));
    let (Some(body), Some(key)) = (body.as_ref(), key.as_ref()) else {
        if body.is_some() || key.is_some() || given(&input.certificate_chain).is_some() {
            return Err(bad_request("certificateBody and certificatePrivateKey must be specified together"));
        }
        return Ok(None);
    };
    let chain = format!("{}\n{}", body.trim_end(), given(&input.certificate_chain).unwrap_or_default());
    if chain.len() + key.len() > 512 * 1024 {
        return Err(bad_request("The certificate is too large"));
    }
    check_pair(&chain, key).map_err(bad_request)?;
    Ok(Some(Imported { chain, sealed_key: cx.seal_domain_key(id, key) }))
}

/// A host name of at least two labels, or a wildcard for one label; none that the server or AWS answers by itself.
fn check_name(name: &str, host_names: &[String]) -> Result<()> {
    let invalid = || bad_request("Invalid domain name identifier specified");
    let host = name.strip_prefix("*.").unwrap_or(name);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let labels: Vec<&str> = host.split('.').collect();
    let address = labels.iter().all(|label| label.bytes().all(|b| b.is_ascii_digit()));
    if name.len() > 253 || labels.len() < 2 || address || !labels.iter().all(|part| label(part)) {
        return Err(invalid());
    }
    let ours = [".amazonaws.com", ".amazonaws.com.cn", ".amazoncognito.com"];
    // Under `.localhost` one label names a bucket, and a wildcard would take everything.
    let short = host.strip_suffix(".localhost").is_some_and(|rest| {
        let labels: Vec<&str> = rest.split('.').collect();
        let reserved = |label: &&str| {
            ["execute-api", "auth", "s3", "sts", "iam"].contains(label)
                || label.starts_with("s3-website")
                || label.starts_with("cognito-")
                || label.starts_with("apigateway")
        };
        labels.len() < 2 || labels.iter().any(reserved)
    });
    let taken = ours.iter().any(|suffix| host.ends_with(suffix))
        || short
        || host_names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if taken { Err(bad_request("The domain name is reserved by this server.")) } else { Ok(()) }
}

/// The rules of a domain name. (The sentences are ours but for the certificate's region.)
pub(super) fn check(domain: &DomainName) -> Result<()> {
    check_certificates(domain)?;
    let policy = domain.security_policy.as_str();
    security_policy::check(policy, domain.endpoint_access_mode.as_deref(), &domain.endpoint_types)?;
    if domain.mutual_tls.is_some() {
        if domain.endpoint_types.iter().any(|kind| kind != "REGIONAL") {
            return Err(bad_request("Mutual TLS is only supported for regional domain names"));
        }
        if security_policy::is_enhanced(policy) {
            return Err(bad_request("Mutual TLS is not supported for domain names with an enhanced security policy"));
        }
        if policy == "TLS_1_0" {
            return Err(bad_request("Mutual TLS requires a minimum TLS version of TLS_1_2"));
        }
    }
    if domain.is_private() && domain.ip_address_type != "dualstack" {
        return Err(bad_request("Only dualstack ipAddressType is supported for private domain names."));
    }
    let certificates = [&domain.certificate, &domain.regional_certificate];
    certificates.iter().try_for_each(|certificate| validate::short("certificateName", certificate.name.as_deref()))
}

fn check_certificates(domain: &DomainName) -> Result<()> {
    let regional = domain.endpoint_types.iter().any(|kind| kind == "REGIONAL");
    let other = domain.endpoint_types.iter().any(|kind| kind != "REGIONAL");
    let edge = domain.endpoint_types.iter().any(|kind| kind == "EDGE");
    let region = if edge { "us-east-1" } else { domain.region.as_str() };
    for (needed, certificate, region) in
        [(other, &domain.certificate, region), (regional, &domain.regional_certificate, domain.region.as_str())]
    {
        if needed && certificate.arn.is_none() && domain.imported.is_none() {
            return Err(bad_request("A certificate must be specified for the endpoint type of the domain name"));
        }
        let Some(arn) = &certificate.arn else { continue };
        let parsed = aws_types::Arn::parse(arn).filter(|parsed| {
            parsed.service == "acm" && parsed.resource.starts_with("certificate/") && arn.len() <= 2048
        });
        let parsed = parsed.ok_or_else(|| bad_request(format_args!("Invalid certificate ARN: {arn:.200}.")))?;
        if parsed.region != region {
            return Err(bad_request(format_args!(
                "Invalid certificate ARN: {arn}. Certificate must be in '{region}'."
            )));
        }
    }
    let owner = domain.ownership_certificate_arn.as_deref();
    if owner.is_some_and(|arn| aws_types::Arn::parse(arn).is_none_or(|arn| arn.service != "acm")) {
        return Err(bad_request("Invalid ownershipVerificationCertificateArn specified"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn names_of_the_server_and_of_aws_are_not_given_away() {
        let hosts = ["gate.example.org".to_owned()];
        for good in ["api.example.com", "*.example.com", "shop.demo.localhost", "a.b.c.d.example"] {
            assert!(check_name(good, &hosts).is_ok(), "{good}");
        }
        for bad in [
            "localhost",
            "example",
            "127.0.0.1",
            "a..b",
            "-a.example",
            "*.localhost",
            "photos.localhost",
            "x.auth.localhost",
            "abc.execute-api.us-east-1.localhost",
            "cognito-idp.us-east-1.localhost",
            "x.amazonaws.com",
            "gate.example.org",
            "a b.example",
            "*.*.example",
            "",
        ] {
            assert!(check_name(bad, &hosts).is_err(), "{bad}");
        }
    }
}
