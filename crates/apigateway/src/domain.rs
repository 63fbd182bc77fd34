//! Custom domain names behind the operations: finding and changing them, reading their truststores, and what the gateway
//! is told of them.

use std::sync::Arc;

use aws_types::AwsError;
use execute_api::domains::{self, BasePath, DomainPlan, Guard, Reach, ServerCertificate};
use execute_api::plan::header_name;
use store::{Tx, Versioned};

use crate::certificate::{certificates, truststore};
use crate::entity::{
    AccessAssociation, BasePathMapping, DomainName, MutualTls, RoutingRule, RuleCondition, domain_key,
};
use crate::error::{Result, bad_request, domain_name_not_found, stored};
use crate::ports::{NoObject, Object};
use crate::table::{
    ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS, BASE_PATH, BASE_PATHS, BASE_PATHS_BY_API, DOMAIN_CHANGED, DOMAIN_NAME,
    DOMAIN_NAMES, DOMAINS_BY_OWNER, ROUTING_RULE, ROUTING_RULES, part_sk,
};
use crate::usage::{Owner, all};
use crate::{ApiGateway, Cx, security_policy};

/// Largest truststore, in bytes ("Configuring mutual TLS authentication for a REST API").
const MAX_TRUSTSTORE: usize = 1024 * 1024;

/// A transaction on a domain name; its document guards its mappings and associations.
pub struct DomainChange {
    pub tx: Tx,
    owner: Owner,
    key: String,
}

impl DomainChange {
    /// Writes a mapping.
    pub fn put_mapping(&mut self, mapping: &BasePathMapping) -> Result<()> {
        let sk = mapping_sk(&self.key, &mapping.base_path);
        let index = vec![(BASE_PATHS_BY_API, mapping.api_id.clone())];
        Ok(BASE_PATHS.put(&mut self.tx, &self.owner.pk(), &sk, mapping, index)?)
    }

    /// Writes a rule.
    pub fn put_rule(&mut self, rule: &RoutingRule) -> Result<()> {
        let sk = rule_sk(&self.key, &rule.id);
        let index = vec![(BASE_PATHS_BY_API, rule.api_id.clone())];
        Ok(ROUTING_RULES.put(&mut self.tx, &self.owner.pk(), &sk, rule, index)?)
    }

    /// Writes an association.
    pub fn put_association(&mut self, association: &AccessAssociation) -> Result<()> {
        let sk = part_sk(ACCESS_ASSOCIATION, &association.arn);
        Ok(ACCESS_ASSOCIATIONS.put(&mut self.tx, &self.owner.pk(), &sk, association, Vec::new())?)
    }

    /// Removes a document.
    pub fn delete(&mut self, sk: String) {
        self.tx.delete_raw(self.owner.pk(), sk, store::Expect::Any);
    }
}

/// Place of a mapping.
pub fn mapping_sk(domain_key: &str, base_path: &str) -> String {
    format!("{BASE_PATH}{domain_key}#{base_path}")
}

/// Place of a rule.
pub fn rule_sk(domain_key: &str, id: &str) -> String {
    format!("{ROUTING_RULE}{domain_key}#{id}")
}

impl Cx<'_> {
    /// A domain name of the call's account and region; a private one is named by its id, too.
    pub async fn domain_name(&self, name: &str, id: Option<&str>) -> Result<Versioned<DomainName>> {
        let key = domain_key(&name.to_ascii_lowercase(), id.filter(|id| !id.is_empty()));
        self.owned(&DOMAIN_NAMES, DOMAIN_NAME, &key).await?.ok_or_else(domain_name_not_found)
    }

    /// A private domain name by its ARN.
    pub async fn private_domain(&self, arn: &str) -> Result<Versioned<DomainName>> {
        let named = aws_types::Arn::parse(arn).filter(|arn| arn.service == "apigateway").and_then(|arn| {
            let (name, id) = arn.resource.strip_prefix("/domainnames/")?.split_once('+')?;
            Some((name.to_owned(), id.to_owned()))
        });
        let (name, id) = named.ok_or_else(|| bad_request("Invalid domain name ARN specified"))?;
        let domain = self.domain_name(&name, Some(&id)).await?;
        if domain.arn() == arn { Ok(domain) } else { Err(domain_name_not_found()) }
    }

    /// Mappings of a domain name.
    pub async fn mappings(&self, domain: &DomainName) -> Result<Vec<BasePathMapping>> {
        all(self.store(), &BASE_PATHS, &self.owner(), &mapping_sk(&domain.key(), "")).await
    }

    /// Rules of a domain name, in order of priorities.
    pub async fn rules(&self, domain: &DomainName) -> Result<Vec<RoutingRule>> {
        let mut rules = all(self.store(), &ROUTING_RULES, &self.owner(), &rule_sk(&domain.key(), "")).await?;
        rules.sort_by_key(|rule: &RoutingRule| rule.priority);
        Ok(rules)
    }

    /// Whether some domain name leads to an API.
    pub async fn is_mapped(&self, api_id: &str) -> Result<bool> {
        Ok(!self.store().lookup(BASE_PATHS_BY_API, api_id, None, 1).await?.is_empty())
    }

    /// HTTP and WebSocket APIs are not behind enhanced policies ("Choose a security policy for your custom domain in API
    /// Gateway"). (own sentence)
    pub async fn check_behind(&self, domain: &DomainName, api_id: &str) -> Result<()> {
        if security_policy::is_enhanced(&domain.security_policy) && self.service.any_api(api_id).await?.is_none() {
            return Err(bad_request("Only REST APIs can be behind domain names with an enhanced security policy"));
        }
        Ok(())
    }

    /// Begins a change of a domain name.
    pub fn change_domain(&self, read: &Versioned<DomainName>, changed: &DomainName) -> Result<DomainChange> {
        let (owner, key) = (self.owner(), read.key());
        let mut tx = Tx::new();
        DOMAIN_NAMES.update(&mut tx, read, changed, vec![(DOMAINS_BY_OWNER, owner.key(&key))])?;
        Ok(DomainChange { tx, owner, key })
    }

    /// Commits, and serves what changed.
    pub async fn commit_domain(&self, mut change: DomainChange) -> Result<()> {
        change.tx.event(DOMAIN_CHANGED, &change.owner.key(&change.key));
        self.store().commit(change.tx).await.map_err(stored)?;
        self.service.refresh_domain(&change.owner, &change.key).await
    }

    /// Seals the key of an imported certificate.
    pub fn seal_domain_key(&self, domain_id: &str, key: &str) -> String {
        self.store().sealer().seal_text(&seal_context(domain_id), key.as_bytes())
    }

    /// Reads a truststore at the place where it lies.
    pub async fn read_truststore(&self, uri: &str, version: Option<String>) -> Result<MutualTls> {
        let place = uri.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).filter(|(_, key)| !key.is_empty());
        let invalid = || bad_request("Invalid truststoreUri specified, must be s3://bucket-name/key-name");
        let (bucket, key) = place.filter(|_| uri.len() <= 2048).ok_or_else(invalid)?;
        let version = version.filter(|version| !version.is_empty());
        let objects = &self.service.doors().objects;
        let object = Object { bucket, key, version: version.as_deref() };
        let read = objects.read(self.call, object, MAX_TRUSTSTORE).await;
        let bytes = read.map_err(|error| match error {
            NoObject::TooLarge => bad_request("The truststore is too large, can be at most 1 MB"),
            NoObject::Missing | NoObject::Failed => {
                bad_request(format_args!("The truststore could not be read from {uri}"))
            }
        })?;
        let empty = || bad_request("The truststore holds no valid certificate");
        let pem = String::from_utf8(bytes).map_err(|_| empty())?;
        let (authorities, warnings) = truststore(&pem).ok_or_else(empty)?;
        if authorities == 0 {
            return Err(empty());
        }
        Ok(MutualTls { truststore_uri: uri.to_owned(), truststore_version: version, warnings, truststore: pem })
    }
}

fn seal_context(domain_id: &str) -> String {
    format!("apigateway domain name {domain_id}")
}

impl ApiGateway {
    /// Tells the gateway of every domain name.
    pub(crate) async fn load_domains(&self) -> Result<()> {
        let mut pages = self.store().index_pages(DOMAINS_BY_OWNER, "");
        while let Some(page) = pages.next().await? {
            for (key, _, _) in &page {
                self.refresh_domain_of(key).await?;
            }
        }
        // After events were missed, what is served may be gone.
        for key in self.doors().plans.domains().keys() {
            self.refresh_domain_of(&key).await?;
        }
        Ok(())
    }

    /// Makes the gateway's domain name reflect the store, by an event's key.
    pub(crate) async fn refresh_domain_of(&self, key: &str) -> Result<()> {
        match Owner::parse(key) {
            Some((owner, domain_key)) => self.refresh_domain(&owner, domain_key).await,
            None => Ok(()),
        }
    }

    /// Makes the gateway's domain name reflect the store.
    pub(crate) async fn refresh_domain(&self, owner: &Owner, key: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        let name = owner.key(key);
        let served = self.doors().plans.domains();
        let Some(domain) = DOMAIN_NAMES.get(self.store(), &owner.pk(), &part_sk(DOMAIN_NAME, key)).await? else {
            served.remove(&name);
            return Ok(());
        };
        let mappings = all(self.store(), &BASE_PATHS, owner, &mapping_sk(key, "")).await?;
        let mut rules = all(self.store(), &ROUTING_RULES, owner, &rule_sk(key, "")).await?;
        rules.sort_by_key(|rule: &RoutingRule| rule.priority);
        let reach = if domain.is_private() {
            let all = all(self.store(), &ACCESS_ASSOCIATIONS, owner, ACCESS_ASSOCIATION).await?;
            let arn = domain.arn();
            let own = all.into_iter().filter(|association: &AccessAssociation| association.domain_arn == arn);
            Reach::VpcEndpoints(own.map(|association| association.source).collect())
        } else {
            Reach::Public
        };
        match self.compile_domain(&domain, name.clone(), (mappings, rules), reach) {
            Ok(plan) => served.put(plan),
            Err(error) => {
                // Served without what protects it, it would be open.
                tracing::error!(domain = %domain.name, %error, "a domain name has no plan");
                served.remove(&name);
            }
        }
        Ok(())
    }

    fn compile_domain(
        &self,
        domain: &DomainName,
        key: String,
        (mappings, rules): (Vec<BasePathMapping>, Vec<RoutingRule>),
        reach: Reach,
    ) -> Result<DomainPlan> {
        let mut base_paths: Vec<BasePath> = Vec::new();
        if domain.routing_mode != "ROUTING_RULE_ONLY" {
            let base_path = |m: BasePathMapping| BasePath { base_path: m.base_path, api_id: m.api_id, stage: m.stage };
            base_paths.extend(mappings.into_iter().map(base_path));
        }
        base_paths.sort_by_key(|mapping| std::cmp::Reverse(mapping.base_path.len()));
        let ders = |pem: &str| -> Result<Vec<Vec<u8>>> {
            let all = certificates(pem).ok_or_else(|| AwsError::internal("a stored certificate cannot be read"))?;
            Ok(all.into_iter().map(|der| der.to_vec()).collect())
        };
        let certificate = domain.imported.as_ref().map(|imported| {
            let key = self.store().sealer().open_text(&seal_context(&domain.id), &imported.sealed_key);
            let key = String::from_utf8(key.map_err(AwsError::internal)?.to_vec()).map_err(AwsError::internal)?;
            Ok::<_, AwsError>(ServerCertificate { chain: ders(&imported.chain)?, key })
        });
        let policy = domain.policy.as_deref().map(crate::access::compiled_policy).transpose()?;
        let guard = domain.is_private().then(|| Arc::new(Guard { arn: domain.policy_arn(), policy }));
        Ok(DomainPlan {
            key,
            name: domain.name.clone(),
            reach,
            base_paths,
            rules: if domain.routing_mode == "BASE_PATH_MAPPING_ONLY" { Vec::new() } else { compiled(rules)? },
            certificate: certificate.transpose()?,
            truststore: domain.mutual_tls.as_ref().map(|mutual| ders(&mutual.truststore)).transpose()?,
            security: security_policy::compiled(
                &domain.security_policy,
                domain.endpoint_access_mode.as_deref(),
                domain.endpoint_types.clone(),
            ),
            guard,
        })
    }
}

fn compiled(rules: Vec<RoutingRule>) -> Result<Vec<domains::RoutingRule>> {
    let condition = |condition: RuleCondition| {
        Ok(match condition {
            RuleCondition::BasePaths(paths) => domains::RuleCondition::BasePaths(paths),
            RuleCondition::Headers(headers) => {
                let one = |(name, glob): (String, String)| {
                    let name =
                        header_name(&name).ok_or_else(|| AwsError::internal("a stored header name cannot be read"))?;
                    Ok((name, domains::Glob::parse(&glob)))
                };
                domains::RuleCondition::Headers(headers.into_iter().map(one).collect::<Result<_>>()?)
            }
        })
    };
    let rule = |rule: RoutingRule| {
        Ok(domains::RoutingRule {
            id: rule.id,
            conditions: rule.conditions.into_iter().map(condition).collect::<Result<_>>()?,
            api_id: rule.api_id,
            stage: rule.stage,
            strip_base_path: rule.strip_base_path == Some(true),
        })
    };
    rules.into_iter().map(rule).collect()
}
