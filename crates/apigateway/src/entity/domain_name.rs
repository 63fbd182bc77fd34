//! Custom domain names, what of a path goes where, and who may reach private ones.

use aws_types::Timestamp;
use model_apigateway as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// Hosted zone of every CloudFront distribution (Route 53).
const EDGE_ZONE: &str = "Z2FDTNDATAQYW2";

/// A custom domain name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DomainName {
    /// `api.example.com`, lower case.
    pub name: String,
    /// Ten letters and digits; shown for private ones.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// `EDGE`, `REGIONAL`, `PRIVATE`; two while a domain moves.
    pub endpoint_types: Vec<String>,
    /// `ipv4`.
    pub ip_address_type: String,
    /// Of the edge or private endpoint.
    pub certificate: Certificate,
    /// Of the regional endpoint.
    pub regional_certificate: Certificate,
    /// When a certificate was set last.
    #[serde(with = "moment")]
    pub certificate_uploaded: Timestamp,
    /// A certificate that came with the call, in place of the server's own.
    pub imported: Option<Imported>,
    /// `TLS_1_2`.
    pub security_policy: String,
    /// `BASIC`, `STRICT`.
    pub endpoint_access_mode: Option<String>,
    /// `BASE_PATH_MAPPING_ONLY`.
    pub routing_mode: String,
    /// Who may connect.
    pub mutual_tls: Option<MutualTls>,
    /// Kept and shown: who owns the name is not asked here.
    pub ownership_certificate_arn: Option<String>,
    /// For the private endpoint.
    pub policy: Option<String>,
    /// Who may make access associations.
    pub management_policy: Option<String>,
    /// Names and values.
    pub tags: TextMap,
}

/// How a certificate is named.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Certificate {
    /// A friendly name.
    pub name: Option<String>,
    /// In the certificate manager; the server's development authority makes what it stands for.
    pub arn: Option<String>,
}

/// A certificate that was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Imported {
    /// The certificate, then its chain, in PEM.
    pub chain: String,
    /// Its key in PEM, sealed.
    pub sealed_key: String,
}

/// Mutual TLS.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct MutualTls {
    /// `s3://bucket/key`.
    pub truststore_uri: String,
    /// Of the object.
    pub truststore_version: Option<String>,
    /// What of it could not be used.
    pub warnings: Vec<String>,
    /// What it held when it was set: AWS, too, reads it only then. PEM.
    pub truststore: String,
}

/// What of a path goes to which API.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BasePathMapping {
    /// By which HTTP APIs name it; those made before there were any have none.
    #[serde(default)]
    pub id: String,
    /// Empty stands for all. Several levels where it was made as a mapping of HTTP APIs.
    pub base_path: String,
    /// The API.
    pub api_id: String,
    /// Absent: the path's next part names it.
    pub stage: Option<String>,
}

/// A VPC endpoint that may reach a private domain name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AccessAssociation {
    /// Of this document.
    pub arn: String,
    /// Of the domain name.
    pub domain_arn: String,
    /// `vpce-0123456789abcdef0`.
    pub source: String,
    /// Names and values.
    pub tags: TextMap,
}

impl DomainName {
    /// Whether it is reached through VPC endpoints alone.
    pub fn is_private(&self) -> bool {
        self.endpoint_types.iter().any(|kind| kind == "PRIVATE")
    }

    fn is(&self, endpoint_type: &str) -> bool {
        self.endpoint_types.iter().any(|kind| kind == endpoint_type)
    }

    /// Its name among the account's: private ones may share theirs.
    pub fn key(&self) -> String {
        if self.is_private() { domain_key(&self.name, Some(&self.id)) } else { self.name.clone() }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        if self.is_private() {
            format!("arn:aws:apigateway:{}:{}:/domainnames/{}+{}", self.region, self.account, self.name, self.id)
        } else {
            format!("arn:aws:apigateway:{}::/domainnames/{}", self.region, self.name)
        }
    }

    /// What its policy speaks of.
    pub fn policy_arn(&self) -> String {
        format!("arn:aws:execute-api:{}:{}:/domainnames/{}+{}", self.region, self.account, self.name, self.id)
    }

    /// As AWS shows it.
    pub fn output(&self) -> model::DomainName {
        let types: Vec<_> = self.endpoint_types.iter().filter_map(|kind| model::EndpointType::parse(kind)).collect();
        let (edge, regional, private) = (self.is("EDGE"), self.is("REGIONAL"), self.is_private());
        let short = self.id.as_str();
        model::DomainName {
            domain_name: Some(self.name.clone()),
            domain_name_id: private.then(|| self.id.clone()),
            domain_name_arn: Some(self.arn()),
            certificate_name: self.certificate.name.clone(),
            certificate_arn: self.certificate.arn.clone(),
            certificate_upload_date: Some(self.certificate_uploaded),
            regional_domain_name: regional.then(|| format!("d-{short}.execute-api.{}.amazonaws.com", self.region)),
            regional_hosted_zone_id: regional.then(|| regional_zone(&self.region).to_owned()),
            regional_certificate_name: self.regional_certificate.name.clone(),
            regional_certificate_arn: self.regional_certificate.arn.clone(),
            distribution_domain_name: edge.then(|| format!("d{short}.cloudfront.net")),
            distribution_hosted_zone_id: edge.then(|| EDGE_ZONE.to_owned()),
            endpoint_configuration: Some(model::EndpointConfiguration {
                types: Some(types),
                ip_address_type: model::IpAddressType::parse(&self.ip_address_type),
                vpc_endpoint_ids: None,
            }),
            domain_name_status: Some(model::DomainNameStatus::Available),
            domain_name_status_message: None,
            security_policy: model::SecurityPolicy::parse(&self.security_policy),
            endpoint_access_mode: self.endpoint_access_mode.as_deref().and_then(model::EndpointAccessMode::parse),
            tags: shown(&self.tags),
            mutual_tls_authentication: self.mutual_tls.as_ref().map(MutualTls::output),
            ownership_verification_certificate_arn: self.ownership_certificate_arn.clone(),
            management_policy: self.management_policy.clone(),
            policy: self.policy.clone(),
            routing_mode: model::RoutingMode::parse(&self.routing_mode),
        }
    }
}

impl MutualTls {
    fn output(&self) -> model::MutualTlsAuthentication {
        model::MutualTlsAuthentication {
            truststore_uri: Some(self.truststore_uri.clone()),
            truststore_version: self.truststore_version.clone(),
            truststore_warnings: Some(self.warnings.clone()).filter(|warnings| !warnings.is_empty()),
        }
    }
}

/// What leads a request to an API before base paths do. Kept here, edited as a part of HTTP APIs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RoutingRule {
    /// Ten letters and digits.
    pub id: String,
    /// Smaller ones are asked first.
    pub priority: i32,
    /// All must hold.
    pub conditions: Vec<RuleCondition>,
    /// Where it leads.
    pub api_id: String,
    /// The stage.
    pub stage: String,
    /// Whether the API is given the path without the base path; as it was said.
    pub strip_base_path: Option<bool>,
}

/// What must hold of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleCondition {
    /// One of these base paths.
    BasePaths(Vec<String>),
    /// One of these headers, with a pattern of its value.
    Headers(Vec<(String, String)>),
}

impl BasePathMapping {
    /// By which HTTP APIs name it.
    pub fn shared_id(&self) -> String {
        if !self.id.is_empty() {
            return self.id.clone();
        }
        let hex: String = self.base_path.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!("m{hex}")
    }

    /// How AWS writes the empty base path.
    pub const NONE: &'static str = "(none)";

    /// As AWS shows it.
    pub fn output(&self) -> model::BasePathMapping {
        let path = if self.base_path.is_empty() { Self::NONE } else { &self.base_path };
        model::BasePathMapping {
            base_path: Some(path.to_owned()),
            rest_api_id: Some(self.api_id.clone()),
            stage: self.stage.clone(),
        }
    }
}

impl AccessAssociation {
    /// As AWS shows it.
    pub fn output(&self) -> model::DomainNameAccessAssociation {
        model::DomainNameAccessAssociation {
            domain_name_access_association_arn: Some(self.arn.clone()),
            domain_name_arn: Some(self.domain_arn.clone()),
            access_association_source_type: Some(model::AccessAssociationSourceType::Vpce),
            access_association_source: Some(self.source.clone()),
            tags: shown(&self.tags),
        }
    }
}

/// The key of a domain name, private where it has an id.
pub fn domain_key(name: &str, id: Option<&str>) -> String {
    id.map_or_else(|| name.to_owned(), |id| format!("{name}+{id}"))
}

/// The hosted zone of a region's endpoints ("Amazon API Gateway endpoints and quotas").
fn regional_zone(region: &str) -> &'static str {
    match region {
        "us-east-2" => "ZOJJZC49E0EPZ",
        "us-west-1" => "Z2MUQ32089INYE",
        "us-west-2" => "Z2OJLYMUO9EFXC",
        "eu-central-1" => "Z1U9ULNL0V5AJ3",
        "eu-west-1" => "ZLY8HYME6SFDD",
        "eu-west-2" => "ZJ5UAJN8Y3Z2Q",
        "eu-west-3" => "Z3KY65QIEKYHQQ",
        "eu-north-1" => "Z3UWIKFBOOGXPP",
        "ap-northeast-1" => "Z1YSHQZHG15GKL",
        "ap-northeast-2" => "Z20JF4UZKIW1U8",
        "ap-southeast-1" => "ZL327KTPIQFUL",
        "ap-southeast-2" => "Z2RPCDW04V8134",
        "ap-south-1" => "Z3VO1THU9YC4UR",
        "sa-east-1" => "ZCMLWB8V5SYIT",
        "ca-central-1" => "Z19DQILCV0OWEC",
        _ => "Z1UJRXOUMOOFQ8",
    }
}
