//! What domain names lead to, for the room of HTTP APIs: AWS shows one domain name, one mapping to both. The caller has
//! judged keys and conditions; what is judged here is what the documents themselves can tell.

use aws_types::CallContext;
use store::retry;

use crate::domain::{mapping_sk, rule_sk};
use crate::entity::{BasePathMapping, RoutingRule};
use crate::error::{Result, base_path_not_found, conflict, limit_exceeded, not_found};
use crate::table::{STAGE, STAGES, api_pk, part_sk};
use crate::{ApiGateway, Cx};

/// AWS's quota of mappings of a domain name.
const MAX_MAPPINGS: usize = 200;
/// AWS's quota of rules of a domain name.
const MAX_RULES: usize = 50;

/// A domain name: a private one is named by its id, too.
pub type Named<'a> = (&'a str, Option<&'a str>);

impl ApiGateway {
    /// The mappings of a domain name, in order of base paths.
    ///
    /// # Errors
    /// `NotFoundException`; the store's.
    pub async fn shared_mappings(&self, call: &CallContext, domain: &str) -> Result<Vec<BasePathMapping>> {
        let cx = Cx { call, service: self };
        let domain = cx.domain_name(domain, None).await?;
        cx.mappings(&domain).await
    }

    /// Adds a mapping, or puts it in place of the one with its id.
    ///
    /// # Errors
    /// `ConflictException` where another has the base path; the store's.
    pub async fn put_shared_mapping(&self, call: &CallContext, domain: &str, mapping: &BasePathMapping) -> Result<()> {
        let cx = Cx { call, service: self };
        retry(cx.store(), async || {
            let domain = cx.domain_name(domain, None).await?;
            cx.check_behind(&domain, &mapping.api_id).await?;
            let others = cx.mappings(&domain).await?;
            let before = others.iter().find(|other| other.shared_id() == mapping.id);
            let taken =
                |other: &&BasePathMapping| other.shared_id() != mapping.id && other.base_path == mapping.base_path;
            if others.iter().any(|other| taken(&other)) {
                return Err(conflict("ApiMapping key already exists for this domain name"));
            }
            if before.is_none() && others.len() >= MAX_MAPPINGS {
                return Err(limit_exceeded("Maximum number of API mappings for this domain name has been reached."));
            }
            let mut change = cx.change_domain(&domain, &domain)?;
            if let Some(before) = before.filter(|before| before.base_path != mapping.base_path) {
                change.delete(mapping_sk(&domain.key(), &before.base_path));
            }
            change.put_mapping(mapping)?;
            cx.commit_domain(change).await
        })
        .await
    }

    /// Removes a mapping.
    ///
    /// # Errors
    /// `NotFoundException`; the store's.
    pub async fn delete_shared_mapping(&self, call: &CallContext, domain: &str, id: &str) -> Result<()> {
        let cx = Cx { call, service: self };
        retry(cx.store(), async || {
            let domain = cx.domain_name(domain, None).await?;
            let mappings = cx.mappings(&domain).await?;
            let mapping = mappings.iter().find(|mapping| mapping.shared_id() == id).ok_or_else(base_path_not_found)?;
            let mut change = cx.change_domain(&domain, &domain)?;
            change.delete(mapping_sk(&domain.key(), &mapping.base_path));
            cx.commit_domain(change).await
        })
        .await
    }

    /// The ARN of a domain name and its rules, in order of priorities.
    ///
    /// # Errors
    /// `NotFoundException`; the store's.
    pub async fn shared_rules(&self, call: &CallContext, domain: Named<'_>) -> Result<(String, Vec<RoutingRule>)> {
        let cx = Cx { call, service: self };
        let domain = cx.domain_name(domain.0, domain.1).await?;
        Ok((domain.arn(), cx.rules(&domain).await?))
    }

    /// Adds a rule, or puts it in place of the one with its id. Answers the domain name's ARN.
    ///
    /// # Errors
    /// `ConflictException` where another has the priority; the store's.
    pub async fn put_shared_rule(&self, call: &CallContext, domain: Named<'_>, rule: &RoutingRule) -> Result<String> {
        let cx = Cx { call, service: self };
        retry(cx.store(), async || {
            let domain = cx.domain_name(domain.0, domain.1).await?;
            cx.check_behind(&domain, &rule.api_id).await?;
            let mut others = cx.rules(&domain).await?;
            others.retain(|other| other.id != rule.id);
            if others.len() >= MAX_RULES {
                return Err(limit_exceeded("Maximum number of routing rules for this domain name has been reached."));
            }
            if others.iter().any(|other| other.priority == rule.priority) {
                return Err(conflict(format_args!("A routing rule with priority {} already exists", rule.priority)));
            }
            let mut change = cx.change_domain(&domain, &domain)?;
            change.put_rule(rule)?;
            cx.commit_domain(change).await?;
            Ok(domain.arn())
        })
        .await
    }

    /// Removes a rule.
    ///
    /// # Errors
    /// `NotFoundException`; the store's.
    pub async fn delete_shared_rule(&self, call: &CallContext, domain: Named<'_>, id: &str) -> Result<()> {
        let cx = Cx { call, service: self };
        retry(cx.store(), async || {
            let domain = cx.domain_name(domain.0, domain.1).await?;
            if !cx.rules(&domain).await?.iter().any(|rule| rule.id == id) {
                return Err(not_found("Invalid routing rule identifier specified"));
            }
            let mut change = cx.change_domain(&domain, &domain)?;
            change.delete(rule_sk(&domain.key(), id));
            cx.commit_domain(change).await
        })
        .await
    }

    /// Whether a mapping or a rule of any domain name leads to an API.
    ///
    /// # Errors
    /// The store's.
    pub async fn leads_to(&self, api_id: &str) -> Result<bool> {
        Ok(!self.store().lookup(crate::table::BASE_PATHS_BY_API, api_id, None, 1).await?.is_empty())
    }

    /// Whether a REST API of the caller's has a stage; `None` where there is no such API.
    ///
    /// # Errors
    /// The store's.
    pub async fn has_rest_stage(&self, call: &CallContext, api_id: &str, stage: &str) -> Result<Option<bool>> {
        let cx = Cx { call, service: self };
        match cx.api(api_id).await {
            Ok(api) => Ok(Some(STAGES.get(cx.store(), &api_pk(&api.id), &part_sk(STAGE, stage)).await?.is_some())),
            Err(error) if error.status == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }
}
