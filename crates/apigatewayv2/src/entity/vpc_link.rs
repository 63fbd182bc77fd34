//! VPC links of the second version.

use aws_types::Timestamp;
use model_apigatewayv2 as model;
use serde::{Deserialize, Serialize};

use super::{TextMap, moment, shown};

/// A way into a private network.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VpcLink {
    /// Ten letters and digits.
    pub id: String,
    /// Not unique.
    pub name: String,
    /// Kept and shown.
    pub security_group_ids: Vec<String>,
    /// Kept and shown.
    pub subnet_ids: Vec<String>,
    /// Names and values.
    pub tags: TextMap,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
}

impl VpcLink {
    /// As AWS shows it. There is no network behind it: a link is available once it is made.
    pub fn output(&self) -> model::VpcLink {
        model::VpcLink {
            created_date: Some(self.created),
            name: Some(self.name.clone()),
            security_group_ids: Some(self.security_group_ids.clone()),
            subnet_ids: Some(self.subnet_ids.clone()),
            tags: shown(&self.tags),
            vpc_link_id: Some(self.id.clone()),
            vpc_link_status: Some(model::VpcLinkStatus::Available),
            vpc_link_status_message: Some("VPC link is ready to route traffic".to_owned()),
            vpc_link_version: Some(model::VpcLinkVersion::V2),
        }
    }

    /// As AWS shows it when it is made.
    pub fn pending(&self) -> model::VpcLink {
        model::VpcLink {
            vpc_link_status: Some(model::VpcLinkStatus::Pending),
            vpc_link_status_message: Some("VPC link is provisioning ENIs".to_owned()),
            ..self.output()
        }
    }
}
