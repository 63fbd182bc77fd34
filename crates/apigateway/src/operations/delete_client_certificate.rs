//! DeleteClientCertificate.

use model_apigateway::DeleteClientCertificateRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, client_certificate_not_found};
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES};

/// Removes a certificate.
pub async fn delete_client_certificate(cx: &Cx<'_>, input: DeleteClientCertificateRequest) -> Result<()> {
    retry(cx.store(), async || {
        let found = cx.owned(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, &input.client_certificate_id).await?;
        cx.delete_owned(&CLIENT_CERTIFICATES, &found.ok_or_else(client_certificate_not_found)?).await
    })
    .await
}
