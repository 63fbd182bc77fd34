//! GetClientCertificates.

use model_apigateway::{ClientCertificates, GetClientCertificatesRequest};

use crate::Cx;
use crate::entity::ClientCertificate;
use crate::error::Result;
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES};

/// Lists the certificates of the call's account and region.
pub async fn get_client_certificates(cx: &Cx<'_>, input: GetClientCertificatesRequest) -> Result<ClientCertificates> {
    let (position, limit) = (input.position.as_deref(), input.limit);
    let (found, position) = cx.owned_page(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, position, limit).await?;
    Ok(ClientCertificates { position, items: Some(found.iter().map(ClientCertificate::output).collect()) })
}
