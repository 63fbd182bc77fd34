//! UpdateRestApi. Closing the default endpoint acts at once; AWS waits for the next deployment.

use model::UpdateRestApiRequest;
use model_apigateway as model;
use store::retry;

use super::create_rest_api::check_security;
use crate::Cx;
use crate::access;
use crate::entity::RestApi;
use crate::error::{Result, bad_request};
use crate::patch::{Change, EDIT, MEMBERS, REPLACE, Refusal, Rule, patch};
use crate::{security_policy, validate};

const RULES: &[Rule<RestApi>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |api, change| {
            api.name = change.required()?.to_owned();
            check_name(&api.name)
        },
    },
    Rule {
        path: "/description",
        ops: EDIT,
        apply: |api, change| {
            api.description = change.text().filter(|_| change.op != model::Op::Remove);
            validate::description(api.description.as_deref())
        },
    },
    Rule {
        path: "/version",
        ops: REPLACE,
        apply: |api, change| {
            api.version = change.text();
            validate::short("version", api.version.as_deref())
        },
    },
    Rule {
        path: "/apiKeySource",
        ops: REPLACE,
        apply: |api, change| {
            let source = change.required()?;
            let known = model::ApiKeySourceType::parse(source);
            api.api_key_source =
                known.ok_or_else(|| bad_request("Invalid apiKeySource specified"))?.as_str().to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/disableExecuteApiEndpoint",
        ops: REPLACE,
        apply: |api, change| {
            api.disable_execute_api_endpoint = change.flag()?;
            Ok(())
        },
    },
    Rule {
        path: "/policy",
        ops: REPLACE,
        apply: |api, change| {
            api.policy = access::resource_policy(api, &change.text().unwrap_or_default())?;
            Ok(())
        },
    },
    Rule {
        path: "/securityPolicy",
        ops: REPLACE,
        apply: |api, change| {
            api.security_policy = Some(security_policy::policy_of(change)?);
            Ok(())
        },
    },
    Rule {
        path: "/endpointAccessMode",
        ops: REPLACE,
        apply: |api, change| {
            api.endpoint_access_mode = security_policy::mode_of(change)?;
            Ok(())
        },
    },
    Rule {
        path: "/minimumCompressionSize",
        ops: REPLACE,
        apply: |api, change| {
            api.minimum_compression_size = if change.text().is_none() { None } else { Some(change.number()?) };
            check_compression(api.minimum_compression_size)
        },
    },
    Rule {
        path: "/endpointConfiguration/types/{}",
        ops: REPLACE,
        apply: |api, change| {
            let wanted = change.required()?;
            match model::EndpointType::parse(wanted) {
                _ if change.key != api.endpoint_type => Err(bad_request("Invalid endpoint type specified")),
                Some(model::EndpointType::Private) => {
                    api.endpoint_type = model::EndpointType::Private.as_str().to_owned();
                    model::IpAddressType::Dualstack.as_str().clone_into(&mut api.ip_address_type);
                    Ok(())
                }
                Some(kind) => {
                    api.endpoint_type = kind.as_str().to_owned();
                    Ok(())
                }
                None => Err(bad_request("Invalid endpoint type specified")),
            }
        },
    },
    Rule {
        path: "/endpointConfiguration/ipAddressType",
        ops: REPLACE,
        apply: |api, change| {
            let kind = model::IpAddressType::parse(change.required()?);
            let kind = kind.ok_or_else(|| bad_request("Invalid ipAddressType specified"))?;
            if api.endpoint_type == "PRIVATE" && kind == model::IpAddressType::Ipv4 {
                return Err(bad_request("Only dualstack ipAddressType is supported for Private APIs."));
            }
            api.ip_address_type = kind.as_str().to_owned();
            Ok(())
        },
    },
    Rule {
        path: "/endpointConfiguration/vpcEndpointIds",
        ops: MEMBERS,
        apply: |api, change| change.edit_list(&mut api.vpc_endpoint_ids),
    },
    Rule { path: "/binaryMediaTypes/{}", ops: EDIT, apply: edit_binary_media_types },
    Rule { path: "/binaryMediaTypes", ops: EDIT, apply: edit_binary_media_types },
];

fn edit_binary_media_types(api: &mut RestApi, change: &Change<'_>) -> Result<()> {
    change.edit_list(&mut api.binary_media_types)?;
    check_binary_media_types(&api.binary_media_types)
}

/// Changes an API.
pub async fn update_rest_api(cx: &Cx<'_>, input: UpdateRestApiRequest) -> Result<model::RestApi> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateRestApiRequest) -> Result<model::RestApi> {
    let api = cx.api(&input.rest_api_id).await?;
    let mut changed = api.value.clone();
    patch(&mut changed, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    access::check_vpc_endpoint_ids(&changed)?;
    check_security(&changed)?;
    cx.commit_and_serve(cx.change_api(&api, &changed)?).await?;
    Ok(changed.output())
}

/// A name of 1 to 1,024 characters.
pub(super) fn check_name(name: &str) -> Result<()> {
    match name.chars().count() {
        1..=1024 => Ok(()),
        _ => Err(bad_request("Invalid API name, must be between 1 and 1024 characters")),
    }
}

/// Media types, at most 50.
pub(super) fn check_binary_media_types(types: &[String]) -> Result<()> {
    if types.len() > 50 {
        return Err(bad_request("Too many binaryMediaTypes specified"));
    }
    types.iter().try_for_each(|media_type| validate::content_type_of(media_type))
}

/// 0 to 10 MB, or none.
pub(super) fn check_compression(size: Option<i32>) -> Result<()> {
    if size.is_none_or(|size| (0..=10_485_760).contains(&size)) {
        Ok(())
    } else {
        Err(bad_request("Invalid minimum compression size, must be between 0 and 10485760"))
    }
}
