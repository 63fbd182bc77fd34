//! Custom domain names as HTTP APIs show them. The room of REST APIs keeps them: one domain name is one thing, whichever
//! API shows it. What REST APIs write as patches, members and sentences is turned into the others' here.

use std::collections::BTreeMap;
use std::sync::Arc;

use apigateway::ApiGateway;
use apigateway::entity::{BasePathMapping, RoutingRule, RuleCondition};
use apigatewayv2::error::{bad_request, conflict, not_found};
use apigatewayv2::ports::{DomainSettings, Domains, Mapping, Rule};
use async_trait::async_trait;
use aws_types::{AwsError, CallContext, Service as _, Timestamp};
use model_apigatewayv2 as model;
use serde_json::{Map, Value, json};

/// Domain names of a page of theirs.
const PAGE: i32 = 500;

/// The port of HTTP APIs over the room of REST APIs.
pub struct SharedDomains(pub Arc<ApiGateway>);

impl SharedDomains {
    async fn call(&self, call: &CallContext, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.0.call(call, operation, input, None).await.map(|answer| answer.output).map_err(in_other_words)
    }
}

/// An error of REST APIs as HTTP APIs have it.
fn in_other_words(error: AwsError) -> AwsError {
    if error.internal.is_some() {
        return error;
    }
    let message = error.message.clone();
    match &*error.code {
        "NotFoundException" if message.contains("domain name") => {
            not_found("The domain name resource specified in the request was not found.")
        }
        "NotFoundException" if message.contains("base path") => {
            not_found("The api mapping resource specified in the request was not found.")
        }
        "NotFoundException" if message.contains("routing rule") => {
            not_found("The routing rule resource specified in the request was not found.")
        }
        "NotFoundException" => not_found(message),
        "ConflictException" => conflict(message),
        "LimitExceededException" => AwsError::of(&model::errors::TOO_MANY_REQUESTS_EXCEPTION, message),
        "BadRequestException" => bad_request(message),
        _ => error,
    }
}

fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str)
}

/// A domain name of REST APIs as HTTP APIs show it.
fn shown(domain: &Value) -> model::DomainName {
    let own = |member: &str| text(domain, member).map(str::to_owned);
    let endpoints = domain.pointer("/endpointConfiguration/types").and_then(Value::as_array);
    let ip = domain.pointer("/endpointConfiguration/ipAddressType").and_then(Value::as_str);
    let configuration = |kind: &Value| {
        let kind = model::EndpointType::parse(kind.as_str()?)?;
        let regional = kind == model::EndpointType::Regional;
        let either = |a: &str, b: &str| own(if regional { a } else { b });
        Some(model::DomainNameConfiguration {
            api_gateway_domain_name: either("regionalDomainName", "distributionDomainName"),
            certificate_arn: either("regionalCertificateArn", "certificateArn"),
            certificate_name: either("regionalCertificateName", "certificateName"),
            certificate_upload_date: moment(domain.get("certificateUploadDate")),
            domain_name_status: own("domainNameStatus").as_deref().and_then(model::DomainNameStatus::parse),
            domain_name_status_message: own("domainNameStatusMessage"),
            endpoint_type: Some(kind),
            hosted_zone_id: either("regionalHostedZoneId", "distributionHostedZoneId"),
            ip_address_type: ip.and_then(model::IpAddressType::parse),
            security_policy: own("securityPolicy").as_deref().and_then(model::SecurityPolicy::parse),
            ownership_verification_certificate_arn: own("ownershipVerificationCertificateArn"),
        })
    };
    let mutual = domain.get("mutualTlsAuthentication").filter(|mutual| mutual.is_object());
    let warnings = |mutual: &Value| {
        let all = mutual.get("truststoreWarnings")?.as_array()?;
        Some(all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    model::DomainName {
        api_mapping_selection_expression: Some("$request.basepath".to_owned()),
        domain_name: own("domainName"),
        domain_name_arn: own("domainNameArn"),
        domain_name_configurations: endpoints.map(|kinds| kinds.iter().filter_map(configuration).collect()),
        mutual_tls_authentication: mutual.map(|mutual| model::MutualTlsAuthentication {
            truststore_uri: text(mutual, "truststoreUri").map(str::to_owned),
            truststore_version: text(mutual, "truststoreVersion").map(str::to_owned),
            truststore_warnings: warnings(mutual),
        }),
        routing_mode: text(domain, "routingMode").and_then(mode_shown),
        tags: Some(tags_of(domain)).filter(|tags| !tags.is_empty()),
    }
}

/// REST APIs call mappings by another name.
fn mode_shown(kept: &str) -> Option<model::RoutingMode> {
    model::RoutingMode::ALL.iter().copied().find(|mode| mode_kept(*mode) == kept)
}

const fn mode_kept(mode: model::RoutingMode) -> &'static str {
    match mode {
        model::RoutingMode::ApiMappingOnly => "BASE_PATH_MAPPING_ONLY",
        model::RoutingMode::RoutingRuleOnly => "ROUTING_RULE_ONLY",
        model::RoutingMode::RoutingRuleThenApiMapping => "ROUTING_RULE_THEN_BASE_PATH_MAPPING",
    }
}

/// A moment as outputs hold it.
fn moment(value: Option<&Value>) -> Option<Timestamp> {
    <Timestamp as aws_types::wire::FromWire>::from_wire(value?.clone()).ok()
}

fn tags_of(value: &Value) -> BTreeMap<String, String> {
    let pairs = value.get("tags").and_then(Value::as_object).into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// The one configuration that a call may bring.
fn configuration(settings: &DomainSettings) -> Result<Option<&model::DomainNameConfiguration>, AwsError> {
    let one = match settings.configurations.as_deref() {
        None => None,
        Some([one]) => Some(one),
        Some(_) => return Err(bad_request("Exactly one domain name configuration must be specified")),
    };
    if one.is_some_and(|one| one.endpoint_type == Some(model::EndpointType::Edge)) {
        return Err(bad_request(
            "Only endpoint type REGIONAL is supported for domain names of HTTP and WebSocket APIs",
        ));
    }
    Ok(one)
}

/// The members of a configuration by the names that REST APIs have for them.
fn members(configuration: &model::DomainNameConfiguration) -> Vec<(&'static str, String)> {
    let all = [
        ("regionalCertificateArn", configuration.certificate_arn.clone()),
        ("regionalCertificateName", configuration.certificate_name.clone()),
        ("ownershipVerificationCertificateArn", configuration.ownership_verification_certificate_arn.clone()),
        ("securityPolicy", configuration.security_policy.map(|policy| policy.as_str().to_owned())),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn creation(name: &str, settings: &DomainSettings) -> Result<Value, AwsError> {
    let configuration = configuration(settings)?;
    let missing = || bad_request("DomainNameConfigurations is a required parameter");
    let configuration = configuration.ok_or_else(missing)?;
    let mut input = Map::new();
    input.insert("domainName".to_owned(), json!(name));
    let mut endpoint = json!({ "types": ["REGIONAL"] });
    if let Some(kind) = configuration.ip_address_type {
        endpoint = json!({ "types": ["REGIONAL"], "ipAddressType": kind.as_str() });
    }
    input.insert("endpointConfiguration".to_owned(), endpoint);
    input.extend(members(configuration).into_iter().map(|(name, value)| (name.to_owned(), json!(value))));
    if let Some(mutual) = &settings.mutual_tls {
        let mut wanted = Map::new();
        wanted.extend(mutual.truststore_uri.clone().map(|uri| ("truststoreUri".to_owned(), json!(uri))));
        wanted.extend(mutual.truststore_version.clone().map(|v| ("truststoreVersion".to_owned(), json!(v))));
        input.insert("mutualTlsAuthentication".to_owned(), Value::Object(wanted));
    }
    if let Some(mode) = settings.routing_mode {
        input.insert("routingMode".to_owned(), json!(mode_kept(mode)));
    }
    if let Some(tags) = &settings.tags {
        input.insert("tags".to_owned(), json!(tags));
    }
    Ok(Value::Object(input))
}

fn patches(settings: &DomainSettings) -> Result<Vec<Value>, AwsError> {
    let replace = |path: &str, value: &str| json!({ "op": "replace", "path": path, "value": value });
    let mut all = Vec::new();
    if let Some(configuration) = configuration(settings)? {
        all.extend(members(configuration).iter().map(|(name, value)| replace(&format!("/{name}"), value)));
        if let Some(kind) = configuration.ip_address_type {
            all.push(replace("/endpointConfiguration/ipAddressType", kind.as_str()));
        }
    }
    if let Some(mutual) = &settings.mutual_tls {
        match mutual.truststore_uri.as_deref() {
            Some("") => all.push(json!({ "op": "remove", "path": "/mutualTlsAuthentication" })),
            Some(uri) => all.push(replace("/mutualTlsAuthentication/truststoreUri", uri)),
            None => {}
        }
        if let Some(version) = mutual.truststore_version.as_deref().filter(|version| !version.is_empty()) {
            all.push(replace("/mutualTlsAuthentication/truststoreVersion", version));
        }
    }
    if let Some(mode) = settings.routing_mode {
        all.push(replace("/routingMode", mode_kept(mode)));
    }
    Ok(all)
}

#[async_trait]
impl Domains for SharedDomains {
    async fn create(
        &self,
        call: &CallContext,
        name: &str,
        settings: DomainSettings,
    ) -> Result<model::DomainName, AwsError> {
        let made = self.call(call, "CreateDomainName", creation(name, &settings)?).await?;
        Ok(shown(&made))
    }

    async fn get(&self, call: &CallContext, name: &str) -> Result<model::DomainName, AwsError> {
        Ok(shown(&self.call(call, "GetDomainName", json!({ "domainName": name })).await?))
    }

    async fn list(&self, call: &CallContext) -> Result<Vec<model::DomainName>, AwsError> {
        let mut all = Vec::new();
        let mut input = json!({ "limit": PAGE });
        loop {
            let page = self.call(call, "GetDomainNames", input).await?;
            let items = page.get("items").and_then(Value::as_array).into_iter().flatten();
            // Private ones are REST APIs' alone.
            all.extend(items.filter(|domain| domain.get("domainNameId").is_none()).map(shown));
            match text(&page, "position") {
                Some(position) => input = json!({ "limit": PAGE, "position": position }),
                None => return Ok(all),
            }
        }
    }

    async fn update(
        &self,
        call: &CallContext,
        name: &str,
        settings: DomainSettings,
    ) -> Result<model::DomainName, AwsError> {
        let input = json!({ "domainName": name, "patchOperations": patches(&settings)? });
        Ok(shown(&self.call(call, "UpdateDomainName", input).await?))
    }

    async fn delete(&self, call: &CallContext, name: &str) -> Result<(), AwsError> {
        self.call(call, "DeleteDomainName", json!({ "domainName": name })).await.map(drop)
    }

    async fn mappings(&self, call: &CallContext, name: &str) -> Result<Vec<Mapping>, AwsError> {
        let all = self.0.shared_mappings(call, name).await.map_err(in_other_words)?;
        let mapping = |kept: BasePathMapping| Mapping {
            id: kept.shared_id(),
            key: kept.base_path,
            api_id: kept.api_id,
            stage: kept.stage,
        };
        Ok(all.into_iter().map(mapping).collect())
    }

    async fn put_mapping(&self, call: &CallContext, name: &str, mapping: Mapping) -> Result<(), AwsError> {
        let Mapping { id, key, api_id, stage } = mapping;
        let kept = BasePathMapping { id, base_path: key, api_id, stage };
        self.0.put_shared_mapping(call, name, &kept).await.map_err(in_other_words)
    }

    async fn delete_mapping(&self, call: &CallContext, name: &str, id: &str) -> Result<(), AwsError> {
        self.0.delete_shared_mapping(call, name, id).await.map_err(in_other_words)
    }

    async fn rules(&self, call: &CallContext, domain: (&str, Option<&str>)) -> Result<(String, Vec<Rule>), AwsError> {
        let (arn, rules) = self.0.shared_rules(call, domain).await.map_err(in_other_words)?;
        Ok((arn, rules.into_iter().map(rule).collect()))
    }

    async fn put_rule(&self, call: &CallContext, domain: (&str, Option<&str>), rule: Rule) -> Result<String, AwsError> {
        self.0.put_shared_rule(call, domain, &kept_rule(rule)?).await.map_err(in_other_words)
    }

    async fn delete_rule(&self, call: &CallContext, domain: (&str, Option<&str>), id: &str) -> Result<(), AwsError> {
        self.0.delete_shared_rule(call, domain, id).await.map_err(in_other_words)
    }

    async fn lead_to(&self, api_id: &str) -> Result<bool, AwsError> {
        self.0.leads_to(api_id).await
    }

    async fn rest_stage(&self, call: &CallContext, api_id: &str, stage: &str) -> Result<Option<bool>, AwsError> {
        self.0.has_rest_stage(call, api_id, stage).await
    }

    async fn tags(&self, call: &CallContext, name: &str) -> Result<BTreeMap<String, String>, AwsError> {
        let domain = self.call(call, "GetDomainName", json!({ "domainName": name })).await?;
        Ok(tags_of(&domain))
    }

    async fn set_tags(&self, call: &CallContext, name: &str, tags: BTreeMap<String, String>) -> Result<(), AwsError> {
        let arn = format!("arn:aws:apigateway:{}::/domainnames/{name}", call.region);
        let before = self.tags(call, name).await?;
        let gone: Vec<&String> = before.keys().filter(|key| !tags.contains_key(*key)).collect();
        if !gone.is_empty() {
            self.call(call, "UntagResource", json!({ "resourceArn": arn, "tagKeys": gone })).await?;
        }
        if !tags.is_empty() {
            self.call(call, "TagResource", json!({ "resourceArn": arn, "tags": tags })).await?;
        }
        Ok(())
    }
}

/// A kept rule as it is shown.
fn rule(kept: RoutingRule) -> Rule {
    let condition = |condition: RuleCondition| match condition {
        RuleCondition::BasePaths(any_of) => model::RoutingRuleCondition {
            match_base_paths: Some(model::RoutingRuleMatchBasePaths { any_of }),
            match_headers: None,
        },
        RuleCondition::Headers(headers) => {
            let one =
                |(header, value_glob): (String, String)| model::RoutingRuleMatchHeaderValue { header, value_glob };
            model::RoutingRuleCondition {
                match_base_paths: None,
                match_headers: Some(model::RoutingRuleMatchHeaders { any_of: headers.into_iter().map(one).collect() }),
            }
        }
    };
    let invoke_api = model::RoutingRuleActionInvokeApi {
        api_id: kept.api_id,
        stage: kept.stage,
        strip_base_path: kept.strip_base_path,
    };
    Rule {
        id: kept.id,
        priority: kept.priority,
        conditions: kept.conditions.into_iter().map(condition).collect(),
        actions: vec![model::RoutingRuleAction { invoke_api }],
    }
}

/// A judged rule as it is kept.
fn kept_rule(rule: Rule) -> Result<RoutingRule, AwsError> {
    let condition = |condition: model::RoutingRuleCondition| match (condition.match_base_paths, condition.match_headers)
    {
        (Some(paths), None) => Ok(RuleCondition::BasePaths(paths.any_of)),
        (None, Some(headers)) => {
            Ok(RuleCondition::Headers(headers.any_of.into_iter().map(|one| (one.header, one.value_glob)).collect()))
        }
        _ => Err(bad_request("A condition must specify exactly one of matchBasePaths and matchHeaders")),
    };
    let action = rule.actions.into_iter().next().ok_or_else(|| bad_request("A rule needs an action"))?;
    let model::RoutingRuleActionInvokeApi { api_id, stage, strip_base_path } = action.invoke_api;
    Ok(RoutingRule {
        id: rule.id,
        priority: rule.priority,
        conditions: rule.conditions.into_iter().map(condition).collect::<Result<_, _>>()?,
        api_id,
        stage,
        strip_base_path,
    })
}
