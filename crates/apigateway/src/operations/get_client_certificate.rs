//! GetClientCertificate.

use model_apigateway::{ClientCertificate, GetClientCertificateRequest};

use crate::Cx;
use crate::error::{Result, client_certificate_not_found};
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES};

/// Shows a certificate.
pub async fn get_client_certificate(cx: &Cx<'_>, input: GetClientCertificateRequest) -> Result<ClientCertificate> {
    let found = cx.owned(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, &input.client_certificate_id).await?;
    Ok(found.ok_or_else(client_certificate_not_found)?.output())
}
