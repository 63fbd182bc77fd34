//! Turns pool, clients and domain into the immutable plan that the hosted pages and `/oauth2/*` work from.
//!
//! What comes in: documents. What goes out: [`DomainPlan`]s, found by [`DomainPlans::by_domain`] in memory.
//! A plan is made anew whenever one of its documents changed: by the operation that changed it, before it answers, and
//! by every other node on the change's event.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_types::Region;
use model_cognito_idp::types::{AuthFactorType, DeviceConfigurationType, ExplicitAuthFlowsType, OAuthFlowType};
use user_pool_domain::plan::{ClientPlan, DomainPlan, OAuthFlows, PasswordRules, Remember, UsernameKind};
use user_pool_domain::ports::DomainPlans;

use crate::config::Config;
use crate::entity::{AppClient, PasswordPolicy, PkceRule, UserPool};
use crate::looks::Looks;

/// The plans of all domains.
#[derive(Debug, Default)]
pub struct Plans {
    /// By `name NUL region`; an own domain has no region.
    by_key: ArcSwap<BTreeMap<String, Arc<DomainPlan>>>,
}

impl Plans {
    /// Replaces what was there for a pool by `plans` (none where pool or domain are gone).
    pub fn replace(&self, pool_id: &str, plans: &[(String, Arc<DomainPlan>)]) {
        self.by_key.rcu(|before| {
            let mut after: BTreeMap<_, _> = before
                .iter()
                .filter(|(_, plan)| plan.pool_id != pool_id)
                .map(|(key, plan)| (key.clone(), Arc::clone(plan)))
                .collect();
            after.extend(plans.iter().map(|(key, plan)| (key.clone(), Arc::clone(plan))));
            after
        });
    }

    /// Whether the pool has a plan.
    pub fn has(&self, pool_id: &str) -> bool {
        self.by_key.load().values().any(|plan| plan.pool_id == pool_id)
    }
}

impl DomainPlans for Plans {
    /// `demo` (where several regions have it, the first by name), `demo.auth.eu-west-1` with or without what follows, or
    /// an own domain. Host names compare without case.
    fn by_domain(&self, domain: &str) -> Option<Arc<DomainPlan>> {
        let plans = self.by_key.load();
        let domain = domain.to_ascii_lowercase();
        if let Some((prefix, rest)) = domain.split_once(".auth.") {
            let region = rest.split('.').next().unwrap_or_default();
            if let Some(plan) = plans.get(&prefix_key(prefix, region)) {
                return Some(Arc::clone(plan));
            }
        }
        let from = prefix_key(&domain, "");
        let range = plans.range::<str, _>((Bound::Included(from.as_str()), Bound::Unbounded));
        range.take(1).find(|(key, _)| key.starts_with(&from)).map(|(_, plan)| Arc::clone(plan))
    }
}

/// Key of a prefix domain.
fn prefix_key(prefix: &str, region: &str) -> String {
    format!("{prefix}\0{region}")
}

/// The plans of a pool's domains.
pub(crate) fn compile(
    pool: &UserPool,
    clients: &[AppClient],
    (config, looks): (&Config, &Looks),
    issuer: &str,
) -> Vec<(String, Arc<DomainPlan>)> {
    let plan = |domain: &str| Arc::new(domain_plan(pool, domain, (clients, config, looks), issuer));
    let prefix = pool.domain.as_deref().map(|domain| (prefix_key(domain, &pool.region), plan(domain)));
    let custom = pool.custom_domain.as_deref().map(|domain| (prefix_key(domain, ""), plan(domain)));
    prefix.into_iter().chain(custom).collect()
}

fn domain_plan(
    pool: &UserPool,
    domain: &str,
    (clients, config, looks): (&[AppClient], &Config, &Looks),
    issuer: &str,
) -> DomainPlan {
    let managed = looks.managed.get(domain).copied().unwrap_or_default();
    let styles = if managed { &looks.branded } else { &looks.classic };
    let plan = |client: &AppClient| {
        let look = styles.get(&client.id).cloned();
        let terms = looks.terms.get(&client.id).filter(|_| managed).cloned();
        (client.id.clone(), Arc::new(ClientPlan { look, terms, ..client_plan(pool, client, config) }))
    };
    DomainPlan {
        pool_id: pool.id.clone(),
        pool_name: pool.name.clone(),
        domain: domain.to_owned(),
        region: Region::parse(&pool.region).unwrap_or_default(),
        issuer: issuer.to_owned(),
        sign_up: !pool.admin_create_only(),
        username_kind: username_kind(pool),
        required_attributes: required_attributes(pool),
        password_policy: password_rules(&pool.settings.password_policy),
        remember: remember(pool),
        managed,
        look: styles.get("ALL").cloned(),
        clients: clients.iter().map(plan).collect(),
    }
}

fn remember(pool: &UserPool) -> Remember {
    let prompt = |devices: &DeviceConfigurationType| devices.device_only_remembered_on_user_prompt == Some(true);
    match &pool.settings.device_configuration {
        None => Remember::No,
        Some(devices) if prompt(devices) => Remember::Asked,
        Some(_) => Remember::Always,
    }
}

fn username_kind(pool: &UserPool) -> UsernameKind {
    match (pool.has_username_attribute("email"), pool.has_username_attribute("phone_number")) {
        (true, true) => UsernameKind::EmailOrPhone,
        (true, false) => UsernameKind::Email,
        (false, true) => UsernameKind::Phone,
        (false, false) => UsernameKind::Username,
    }
}

fn required_attributes(pool: &UserPool) -> Vec<String> {
    let asked = pool.schema.iter().filter(|attribute| attribute.required && attribute.name != "sub");
    asked.map(|attribute| attribute.name.clone()).collect()
}

const fn password_rules(policy: &PasswordPolicy) -> PasswordRules {
    PasswordRules {
        minimum_length: policy.minimum_length,
        uppercase: policy.require_uppercase,
        lowercase: policy.require_lowercase,
        numbers: policy.require_numbers,
        symbols: policy.require_symbols,
    }
}

/// The pool's tag decides, else the server's setting for public clients.
fn needs_pkce(pool: &UserPool, client: &AppClient, config: &Config) -> bool {
    match pool.pkce_of(&client.id) {
        Some(rule) => rule == PkceRule::Required,
        None => config.public_clients_need_pkce && !client.is_confidential(),
    }
}

fn client_plan(pool: &UserPool, client: &AppClient, config: &Config) -> ClientPlan {
    let settings = &client.settings;
    let flow = |flow: OAuthFlowType| settings.oauth_flows.contains(&flow);
    let providers = &settings.supported_identity_providers;
    ClientPlan {
        client_id: client.id.clone(),
        client_name: settings.name.clone(),
        confidential: client.is_confidential(),
        oauth_enabled: settings.oauth_enabled,
        flows: OAuthFlows {
            code: flow(OAuthFlowType::Code),
            implicit: flow(OAuthFlowType::Implicit),
            client_credentials: flow(OAuthFlowType::ClientCredentials),
        },
        scopes: settings.oauth_scopes.clone(),
        callback_urls: settings.callback_urls.clone(),
        logout_urls: settings.logout_urls.clone(),
        default_redirect_uri: settings.default_redirect_uri.clone(),
        local_users: providers.is_empty() || providers.iter().any(|provider| provider == "COGNITO"),
        providers: providers.clone(),
        token_revocation: settings.token_revocation,
        prevent_user_existence_errors: settings.prevents_user_existence_errors(),
        look: None,
        terms: None,
        choice: settings.allows(&[ExplicitAuthFlowsType::AllowUserAuth]),
        passkeys: pool.settings.first_auth_factors.contains(&AuthFactorType::WebAuthn),
        pkce_required: needs_pkce(pool, client, config),
    }
}
