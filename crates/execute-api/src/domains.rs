//! Custom domain names in memory ("Custom domain name for public REST APIs in API Gateway"): which API and stage a path
//! on them means, with which certificate they are served, and whose certificates they ask for.

use std::sync::Arc;

use http::{HeaderMap, HeaderName};
use iam_policy::Policy;
use world::Lock;

use crate::security_policy::EndpointSecurity;

/// A custom domain name.
#[derive(Debug)]
pub struct DomainPlan {
    /// Names it over all accounts and regions.
    pub key: String,
    /// `api.example.com`, lower case; `*.example.com` stands for one label more.
    pub name: String,
    /// From where it is reached.
    pub reach: Reach,
    /// Longest first.
    pub base_paths: Vec<BasePath>,
    /// Asked before the base paths, in order of priorities.
    pub rules: Vec<RoutingRule>,
    /// Served in place of one of the server's own.
    pub certificate: Option<ServerCertificate>,
    /// Authorities (DER) of the client certificates it wants; `None` asks for none.
    pub truststore: Option<Vec<Vec<u8>>>,
    /// What handshakes may agree on, and whether names must.
    pub security: EndpointSecurity,
    /// Who may call through it; public ones are open.
    pub guard: Option<Arc<Guard>>,
}

/// The policy of a private domain name, which is asked whoever calls whatever method.
#[derive(Debug)]
pub struct Guard {
    /// `arn:aws:execute-api:{region}:{account}:/domainnames/{name}+{id}`
    pub arn: String,
    /// Without one nobody may.
    pub policy: Option<Policy>,
}

/// From where a domain name is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// From anywhere.
    Public,
    /// Through these VPC endpoints alone.
    VpcEndpoints(Vec<String>),
}

/// A certificate with its key.
pub struct ServerCertificate {
    /// DER, the server's own first.
    pub chain: Vec<Vec<u8>>,
    /// PEM.
    pub key: String,
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerCertificate")
    }
}

/// A base path mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasePath {
    /// Without slashes around it; empty takes all.
    pub base_path: String,
    /// Where it leads.
    pub api_id: String,
    /// Absent: the path's next part names it.
    pub stage: Option<String>,
}

/// A routing rule ("Routing rules for API Gateway custom domain names").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingRule {
    /// Its id (`$context.customDomain.routingRuleIdMatched`).
    pub id: String,
    /// All must hold; without any it takes everything.
    pub conditions: Vec<RuleCondition>,
    /// Where it leads.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// Whether the API is given the path without the base path.
    pub strip_base_path: bool,
}

/// What must hold of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleCondition {
    /// The path begins with one of these, which stand without slashes around them.
    BasePaths(Vec<String>),
    /// One of these headers has a value like this.
    Headers(Vec<(HeaderName, Glob)>),
}

/// `prefix*`, `*suffix`, `*middle*`, or a whole value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(Vec<String>);

impl Glob {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Self {
        Self(text.split('*').map(str::to_owned).collect())
    }

    /// Whether a value is like this. Costs no more than the value's length for each part.
    pub fn matches(&self, value: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|whole| whole == value);
        };
        let Some(mut rest) = value.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            match rest.split_once(part.as_str()) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}

/// What is left of a path after a base path.
fn after<'a>(path: &'a str, base_path: &str) -> Option<&'a str> {
    if base_path.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(base_path)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

impl RoutingRule {
    fn target(&self, path: &str, headers: &HeaderMap) -> Option<Target> {
        let mut base_path = "";
        for condition in &self.conditions {
            match condition {
                RuleCondition::BasePaths(paths) => {
                    base_path = paths.iter().find(|base| after(path, base).is_some())?;
                }
                RuleCondition::Headers(wanted) => {
                    let like = |(name, glob): &(HeaderName, Glob)| {
                        headers.get_all(name).iter().any(|value| value.to_str().is_ok_and(|value| glob.matches(value)))
                    };
                    wanted.iter().any(like).then_some(())?;
                }
            }
        }
        let base_path = if self.strip_base_path { base_path } else { "" };
        Some(Target {
            api_id: self.api_id.clone(),
            stage: self.stage.clone(),
            path: format!("/{}", after(path, base_path).unwrap_or(path)),
            base_path: base_path.to_owned(),
            rule_id: Some(self.id.clone()),
        })
    }
}

/// What a path on a domain name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// What is left for the API, beginning with `/`.
    pub path: String,
    /// What was cut off.
    pub base_path: String,
    /// The routing rule that led there; none where a base path did.
    pub rule_id: Option<String>,
}

impl DomainPlan {
    /// Where a request leads: by the first rule that takes it, else by the longest base path.
    pub fn route(&self, path: &str, headers: &HeaderMap) -> Option<Target> {
        let bare = path.strip_prefix('/').unwrap_or(path);
        self.rules.iter().find_map(|rule| rule.target(bare, headers)).or_else(|| self.target(path))
    }

    /// Finds the longest base path that a raw path begins with.
    pub fn target(&self, path: &str) -> Option<Target> {
        let path = path.strip_prefix('/').unwrap_or(path);
        self.base_paths.iter().find_map(|mapping| {
            let rest = after(path, &mapping.base_path)?;
            let (stage, rest) = match &mapping.stage {
                Some(stage) => (stage.as_str(), rest),
                None => rest.split_once('/').unwrap_or((rest, "")),
            };
            Some(Target {
                api_id: mapping.api_id.clone(),
                stage: stage.to_owned(),
                path: format!("/{rest}"),
                base_path: mapping.base_path.clone(),
                rule_id: None,
            })
        })
    }
}

/// All domain names, by host.
#[derive(Default)]
pub struct Domains {
    by_host: papaya::HashMap<String, Vec<Arc<DomainPlan>>>,
    writing: Lock<()>,
}

impl Domains {
    /// The public domain name that serves a host (lower case, without port): its own, else the wildcard's.
    pub fn find(&self, host: &str) -> Option<Arc<DomainPlan>> {
        self.search(host, |plan| plan.reach == Reach::Public)
    }

    /// The private domain name that serves a host to callers of a VPC endpoint.
    pub fn find_private(&self, host: &str, vpc_endpoint: &str) -> Option<Arc<DomainPlan>> {
        self.search(
            host,
            |plan| matches!(&plan.reach, Reach::VpcEndpoints(ids) if ids.iter().any(|id| id == vpc_endpoint)),
        )
    }

    /// Whether some domain name serves a host, from wherever it is reached.
    pub fn serves(&self, host: &str) -> bool {
        self.search(host, |_| true).is_some()
    }

    fn search(&self, host: &str, reached: impl Fn(&DomainPlan) -> bool) -> Option<Arc<DomainPlan>> {
        let hosts = self.by_host.pin();
        if hosts.is_empty() {
            return None;
        }
        let of = |name: &str| hosts.get(name)?.iter().find(|plan| reached(plan)).cloned();
        of(host).or_else(|| of(&format!("*.{}", host.split_once('.')?.1)))
    }

    /// Puts a domain name in place of what it was.
    pub fn put(&self, plan: DomainPlan) {
        let _writing = self.writing.lock();
        let hosts = self.by_host.pin();
        let mut plans = hosts.get(&plan.name).cloned().unwrap_or_default();
        plans.retain(|old| old.key != plan.key);
        let name = plan.name.clone();
        plans.push(Arc::new(plan));
        hosts.insert(name, plans);
    }

    /// Takes a domain name away.
    pub fn remove(&self, key: &str) {
        let _writing = self.writing.lock();
        let hosts = self.by_host.pin();
        let held: Vec<(String, Vec<Arc<DomainPlan>>)> = hosts
            .iter()
            .filter(|(_, plans)| plans.iter().any(|plan| plan.key == key))
            .map(|(host, plans)| (host.clone(), plans.clone()))
            .collect();
        for (host, mut plans) in held {
            plans.retain(|plan| plan.key != key);
            if plans.is_empty() {
                hosts.remove(&host);
            } else {
                hosts.insert(host, plans);
            }
        }
    }

    /// The keys of all domain names that are here.
    pub fn keys(&self) -> Vec<String> {
        self.by_host.pin().values().flatten().map(|plan| plan.key.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(name: &str, key: &str, reach: Reach, base_paths: &[(&str, &str, Option<&str>)]) -> DomainPlan {
        let base_path = |(base, api, stage): &(&str, &str, Option<&str>)| BasePath {
            base_path: (*base).to_owned(),
            api_id: (*api).to_owned(),
            stage: stage.map(str::to_owned),
        };
        DomainPlan {
            key: key.to_owned(),
            name: name.to_owned(),
            reach,
            base_paths: base_paths.iter().map(base_path).collect(),
            rules: Vec::new(),
            certificate: None,
            truststore: None,
            security: EndpointSecurity::default(),
            guard: None,
        }
    }

    #[test]
    fn the_longest_base_path_wins_and_a_part_of_a_name_is_none() {
        let mappings = [("orders/v2", "c", Some("prod")), ("orders", "b", None), ("", "a", Some("live"))];
        let plan = plan("x.example", "k", Reach::Public, &mappings);
        let check = |path: &str, expected: (&str, &str, &str, &str)| {
            let target = plan.target(path).unwrap();
            let found =
                (target.api_id.as_str(), target.stage.as_str(), target.path.as_str(), target.base_path.as_str());
            assert_eq!(found, expected, "{path}");
        };
        check("/orders/v2/7", ("c", "prod", "/7", "orders/v2"));
        check("/orders/v2", ("c", "prod", "/", "orders/v2"));
        check("/orders/dev/7/8", ("b", "dev", "/7/8", "orders"));
        check("/orders", ("b", "", "/", "orders"));
        check("/ordersx/1", ("a", "live", "/ordersx/1", ""));
        check("/", ("a", "live", "/", ""));
    }

    #[test]
    fn hosts_are_found_by_name_then_by_wildcard_and_private_ones_by_endpoint() {
        let domains = Domains::default();
        domains.put(plan("*.example.com", "wild", Reach::Public, &[]));
        domains.put(plan("api.example.com", "own", Reach::Public, &[]));
        domains.put(plan("api.example.com", "inner", Reach::VpcEndpoints(vec!["vpce-1".to_owned()]), &[]));
        let key = |found: Option<Arc<DomainPlan>>| found.map(|plan| plan.key.clone());
        assert_eq!(key(domains.find("api.example.com")).as_deref(), Some("own"));
        assert_eq!(key(domains.find("other.example.com")).as_deref(), Some("wild"));
        assert_eq!(key(domains.find("a.b.example.com")), None);
        assert_eq!(key(domains.find_private("api.example.com", "vpce-1")).as_deref(), Some("inner"));
        assert_eq!(key(domains.find_private("api.example.com", "vpce-2")), None);
        domains.remove("own");
        assert_eq!(key(domains.find("api.example.com")).as_deref(), Some("wild"));
        assert_eq!(key(domains.find_private("api.example.com", "vpce-1")).as_deref(), Some("inner"));
    }

    #[test]
    fn rules_are_asked_in_order_and_before_base_paths() {
        let rule = |conditions: Vec<RuleCondition>, api: &str, strip_base_path: bool| RoutingRule {
            id: api.to_owned(),
            conditions,
            api_id: api.to_owned(),
            stage: "prod".to_owned(),
            strip_base_path,
        };
        let version =
            |glob: &str| RuleCondition::Headers(vec![(HeaderName::from_static("x-version"), Glob::parse(glob))]);
        let base = |path: &str| RuleCondition::BasePaths(vec![path.to_owned()]);
        let mut plan = plan("x.example", "k", Reach::Public, &[("", "old", Some("live"))]);
        plan.rules = vec![
            rule(vec![base("pets/v2"), version("beta*")], "beta", true),
            rule(vec![base("pets")], "pets", false),
            rule(vec![version("*nightly*")], "night", false),
        ];
        let check = |path: &str, value: Option<&str>, expected: (&str, &str)| {
            let mut headers = HeaderMap::new();
            headers.extend(value.map(|value| (HeaderName::from_static("x-version"), value.parse().unwrap())));
            let target = plan.route(path, &headers).unwrap();
            assert_eq!((target.api_id.as_str(), target.path.as_str()), expected, "{path} {value:?}");
        };
        check("/pets/v2/7", Some("beta-3"), ("beta", "/7"));
        check("/pets/v2", Some("beta"), ("beta", "/"));
        check("/pets/v2/7", Some("alpha"), ("pets", "/pets/v2/7"));
        check("/petshop", Some("a-nightly-1"), ("night", "/petshop"));
        check("/petshop", None, ("old", "/petshop"));
    }

    #[test]
    fn globs_match_whole_values() {
        for (glob, value, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("*b*", "abc", true),
            ("a*c", "ac", true),
            ("ab*bc", "abc", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(Glob::parse(glob).matches(value), expected, "{glob} {value}");
        }
    }
}
