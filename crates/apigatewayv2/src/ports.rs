//! What this room asks of its neighbours; the server wires these to the rooms that know.

use async_trait::async_trait;
use aws_types::{AwsError, CallContext};
use model_apigatewayv2 as model;

/// Issuers of JSON Web Tokens.
#[async_trait]
pub trait Issuers: Send + Sync {
    /// Whether the issuer's discovery document is there.
    ///
    /// # Errors
    /// Why it is not, in words for the caller.
    async fn discover(&self, issuer: &str) -> Result<(), String>;
}

/// Any issuer answers: for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyIssuer;

#[async_trait]
impl Issuers for AnyIssuer {
    async fn discover(&self, _: &str) -> Result<(), String> {
        Ok(())
    }
}

/// A mapping of a custom domain name: the same thing that REST APIs know as a base path mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Of the mapping.
    pub id: String,
    /// Several levels, without slashes around them; empty takes all.
    pub key: String,
    /// A REST, HTTP or WebSocket API.
    pub api_id: String,
    /// Its stage. REST APIs may leave it to the path.
    pub stage: Option<String>,
}

/// A rule of a custom domain name.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// Of the rule.
    pub id: String,
    /// Smaller ones are asked first.
    pub priority: i32,
    /// All must hold.
    pub conditions: Vec<model::RoutingRuleCondition>,
    /// One.
    pub actions: Vec<model::RoutingRuleAction>,
}

/// What is to be changed of a domain name; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct DomainSettings {
    /// One.
    pub configurations: Option<Vec<model::DomainNameConfiguration>>,
    /// Empty truststore: none any more.
    pub mutual_tls: Option<model::MutualTlsAuthenticationInput>,
    /// Whether rules or mappings are asked.
    pub routing_mode: Option<model::RoutingMode>,
    /// Only of a new one.
    pub tags: Option<std::collections::BTreeMap<String, String>>,
}

/// Custom domain names. They are kept by the room of REST APIs; errors are in this API's words.
#[async_trait]
pub trait Domains: Send + Sync {
    /// Makes one.
    async fn create(
        &self,
        call: &CallContext,
        name: &str,
        settings: DomainSettings,
    ) -> Result<model::DomainName, AwsError>;
    /// Finds one.
    async fn get(&self, call: &CallContext, name: &str) -> Result<model::DomainName, AwsError>;
    /// All, in order of names.
    async fn list(&self, call: &CallContext) -> Result<Vec<model::DomainName>, AwsError>;
    /// Changes one.
    async fn update(
        &self,
        call: &CallContext,
        name: &str,
        settings: DomainSettings,
    ) -> Result<model::DomainName, AwsError>;
    /// Deletes one.
    async fn delete(&self, call: &CallContext, name: &str) -> Result<(), AwsError>;
    /// Its mappings, in order of keys.
    async fn mappings(&self, call: &CallContext, name: &str) -> Result<Vec<Mapping>, AwsError>;
    /// Adds a mapping, or replaces the one with its id.
    async fn put_mapping(&self, call: &CallContext, name: &str, mapping: Mapping) -> Result<(), AwsError>;
    /// Removes a mapping.
    async fn delete_mapping(&self, call: &CallContext, name: &str, id: &str) -> Result<(), AwsError>;
    /// Its rules, in order of priorities. A private domain name is named by its id, too.
    async fn rules(&self, call: &CallContext, domain: (&str, Option<&str>)) -> Result<(String, Vec<Rule>), AwsError>;
    /// Adds a rule, or replaces the one with its id. Answers the domain name's ARN.
    async fn put_rule(&self, call: &CallContext, domain: (&str, Option<&str>), rule: Rule) -> Result<String, AwsError>;
    /// Removes a rule.
    async fn delete_rule(&self, call: &CallContext, domain: (&str, Option<&str>), id: &str) -> Result<(), AwsError>;
    /// Whether a mapping or rule of any domain name leads to an API.
    async fn lead_to(&self, api_id: &str) -> Result<bool, AwsError>;
    /// Whether a REST API of the caller's has this stage; `None`: there is no such REST API.
    async fn rest_stage(&self, call: &CallContext, api_id: &str, stage: &str) -> Result<Option<bool>, AwsError>;
    /// The tags of a domain name, by its name.
    async fn tags(
        &self,
        call: &CallContext,
        name: &str,
    ) -> Result<std::collections::BTreeMap<String, String>, AwsError>;
    /// Gives it other tags.
    async fn set_tags(
        &self,
        call: &CallContext,
        name: &str,
        tags: std::collections::BTreeMap<String, String>,
    ) -> Result<(), AwsError>;
}

/// Where there are no domain names: for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoDomains;

fn no_domain() -> AwsError {
    crate::error::not_found("The domain name resource specified in the request was not found.")
}

#[async_trait]
impl Domains for NoDomains {
    async fn create(&self, _: &CallContext, _: &str, _: DomainSettings) -> Result<model::DomainName, AwsError> {
        Err(no_domain())
    }

    async fn get(&self, _: &CallContext, _: &str) -> Result<model::DomainName, AwsError> {
        Err(no_domain())
    }

    async fn list(&self, _: &CallContext) -> Result<Vec<model::DomainName>, AwsError> {
        Ok(Vec::new())
    }

    async fn update(&self, _: &CallContext, _: &str, _: DomainSettings) -> Result<model::DomainName, AwsError> {
        Err(no_domain())
    }

    async fn delete(&self, _: &CallContext, _: &str) -> Result<(), AwsError> {
        Err(no_domain())
    }

    async fn mappings(&self, _: &CallContext, _: &str) -> Result<Vec<Mapping>, AwsError> {
        Err(no_domain())
    }

    async fn put_mapping(&self, _: &CallContext, _: &str, _: Mapping) -> Result<(), AwsError> {
        Err(no_domain())
    }

    async fn delete_mapping(&self, _: &CallContext, _: &str, _: &str) -> Result<(), AwsError> {
        Err(no_domain())
    }

    async fn rules(&self, _: &CallContext, _: (&str, Option<&str>)) -> Result<(String, Vec<Rule>), AwsError> {
        Err(no_domain())
    }

    async fn put_rule(&self, _: &CallContext, _: (&str, Option<&str>), _: Rule) -> Result<String, AwsError> {
        Err(no_domain())
    }

    async fn delete_rule(&self, _: &CallContext, _: (&str, Option<&str>), _: &str) -> Result<(), AwsError> {
        Err(no_domain())
    }

    async fn lead_to(&self, _: &str) -> Result<bool, AwsError> {
        Ok(false)
    }

    async fn rest_stage(&self, _: &CallContext, _: &str, _: &str) -> Result<Option<bool>, AwsError> {
        Ok(None)
    }

    async fn tags(&self, _: &CallContext, _: &str) -> Result<std::collections::BTreeMap<String, String>, AwsError> {
        Err(no_domain())
    }

    async fn set_tags(
        &self,
        _: &CallContext,
        _: &str,
        _: std::collections::BTreeMap<String, String>,
    ) -> Result<(), AwsError> {
        Err(no_domain())
    }
}
