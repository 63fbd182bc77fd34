//! UpdateDomainName. A truststore is read when its place or version is set, as AWS does.

use model::{Op, UpdateDomainNameRequest};
use model_apigateway as model;
use store::retry;

use super::create_domain_name::check;
use crate::Cx;
use crate::access;
use crate::entity::{DomainName, MutualTls};
use crate::error::{Result, bad_request};
use crate::patch::{Change, EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};
use crate::security_policy;

/// A domain name with what is to be read before it is kept.
struct Draft {
    domain: DomainName,
    truststore: bool,
    certificate: bool,
}

const RULES: &[Rule<Draft>] = &[
    Rule {
        path: "/certificateName",
        ops: EDIT,
        apply: |draft, change| {
            draft.domain.certificate.name = set(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/certificateArn",
        ops: EDIT,
        apply: |draft, change| {
            draft.domain.certificate.arn = set(change)?;
            draft.certificate = true;
            Ok(())
        },
    },
    Rule {
        path: "/regionalCertificateName",
        ops: EDIT,
        apply: |draft, change| {
            draft.domain.regional_certificate.name = set(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/regionalCertificateArn",
        ops: EDIT,
        apply: |draft, change| {
            draft.domain.regional_certificate.arn = set(change)?;
            draft.certificate = true;
            Ok(())
        },
    },
    Rule {
        path: "/ownershipVerificationCertificateArn",
        ops: EDIT,
        apply: |draft, change| {
            draft.domain.ownership_certificate_arn = change.text();
            Ok(())
        },
    },
    Rule { path: "/endpointConfiguration/types", ops: MEMBERS, apply: edit_types },
    Rule { path: "/endpointConfiguration/types/{}", ops: EDIT, apply: edit_types },
    Rule {
        path: "/endpointConfiguration/ipAddressType",
        ops: REPLACE,
        apply: |draft, change| {
            let kind = model::IpAddressType::parse(change.required()?);
            let kind = kind.ok_or_else(|| bad_request("Invalid ipAddressType specified"))?;
            kind.as_str().clone_into(&mut draft.domain.ip_address_type);
            Ok(())
        },
    },
    Rule {
        path: "/securityPolicy",
        ops: REPLACE,
        apply: |draft, change| {
            draft.domain.security_policy = security_policy::policy_of(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/endpointAccessMode",
        ops: REPLACE,
        apply: |draft, change| {
            draft.domain.endpoint_access_mode = security_policy::mode_of(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/routingMode",
        ops: REPLACE,
        apply: |draft, change| {
            let mode = model::RoutingMode::parse(change.required()?);
            let mode = mode.ok_or_else(|| bad_request("Invalid routingMode specified"))?;
            mode.as_str().clone_into(&mut draft.domain.routing_mode);
            Ok(())
        },
    },
    Rule {
        path: "/policy",
        ops: REPLACE,
        apply: |draft, change| {
            draft.domain.policy = access::domain_policy(&draft.domain, &change.text().unwrap_or_default())?;
            Ok(())
        },
    },
    Rule {
        path: "/managementPolicy",
        ops: REPLACE,
        apply: |draft, change| {
            let text = change.text().unwrap_or_default();
            draft.domain.management_policy = access::management_policy(&draft.domain, &text)?;
            Ok(())
        },
    },
    Rule {
        path: "/mutualTlsAuthentication",
        ops: &[Op::Remove],
        apply: |draft, _| {
            draft.domain.mutual_tls = None;
            Ok(())
        },
    },
    Rule {
        path: "/mutualTlsAuthentication/truststoreUri",
        ops: EDIT,
        apply: |draft, change| {
            if change.op == Op::Remove {
                draft.domain.mutual_tls = None;
                return Ok(());
            }
            let mutual = draft.domain.mutual_tls.get_or_insert_with(MutualTls::default);
            change.required()?.clone_into(&mut mutual.truststore_uri);
            mutual.truststore_version = None;
            draft.truststore = true;
            Ok(())
        },
    },
    Rule {
        path: "/mutualTlsAuthentication/truststoreVersion",
        ops: EDIT,
        apply: |draft, change| {
            let version = change.text().filter(|_| change.op != Op::Remove);
            draft.domain.mutual_tls.get_or_insert_with(MutualTls::default).truststore_version = version;
            draft.truststore = true;
            Ok(())
        },
    },
];

/// The value that is added or put in place; none after a removal.
fn set(change: &Change<'_>) -> Result<Option<String>> {
    if change.op == Op::Remove { Ok(None) } else { Ok(Some(change.required()?.to_owned())) }
}

/// Moves a domain name between edge and region; while it is both, both certificates are needed.
fn edit_types(draft: &mut Draft, change: &Change<'_>) -> Result<()> {
    let invalid = || bad_request("Invalid endpoint type specified");
    let types = &mut draft.domain.endpoint_types;
    let named = |text: &str| model::EndpointType::parse(text).map(|kind| kind.as_str().to_owned()).ok_or_else(invalid);
    match change.op {
        Op::Remove => {
            let gone = if change.key.is_empty() { named(change.required()?)? } else { named(&change.key)? };
            types.retain(|kind| *kind != gone);
        }
        Op::Replace => {
            let (old, new) = (named(&change.key)?, named(change.required()?)?);
            let place = types.iter_mut().find(|kind| **kind == old).ok_or_else(invalid)?;
            *place = new;
        }
        _ => {
            let new = if change.key.is_empty() { named(change.required()?)? } else { named(&change.key)? };
            if !types.contains(&new) {
                types.push(new);
            }
        }
    }
    Ok(())
}

/// Changes a domain name; what is served changes before the answer.
pub async fn update_domain_name(cx: &Cx<'_>, input: UpdateDomainNameRequest) -> Result<model::DomainName> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateDomainNameRequest) -> Result<model::DomainName> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    let mut draft = Draft { domain: domain.value.clone(), truststore: false, certificate: false };
    patch(&mut draft, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    let mut changed = draft.domain;
    if changed.endpoint_types.is_empty() || changed.is_private() != domain.is_private() {
        return Err(bad_request("The endpoint types of a domain name can only be EDGE and REGIONAL, or stay PRIVATE"));
    }
    if draft.certificate {
        changed.certificate_uploaded = cx.now();
        changed.imported = None;
    }
    if draft.truststore
        && let Some(mutual) = changed.mutual_tls.take()
    {
        changed.mutual_tls = Some(cx.read_truststore(&mutual.truststore_uri, mutual.truststore_version).await?);
    }
    check(&changed)?;
    let mappings = cx.mappings(&changed).await?.into_iter().map(|mapping| mapping.api_id);
    let rules = cx.rules(&changed).await?.into_iter().map(|rule| rule.api_id);
    for api_id in mappings.chain(rules) {
        cx.check_behind(&changed, &api_id).await?;
    }
    cx.commit_domain(cx.change_domain(&domain, &changed)?).await?;
    Ok(changed.output())
}
