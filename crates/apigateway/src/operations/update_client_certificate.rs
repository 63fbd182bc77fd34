//! UpdateClientCertificate.

use model::UpdateClientCertificateRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::ClientCertificate;
use crate::error::{Result, client_certificate_not_found};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES};
use crate::validate;

const RULES: &[Rule<ClientCertificate>] = &[Rule {
    path: "/description",
    ops: REPLACE,
    apply: |certificate, change| {
        certificate.description = change.text();
        validate::description(certificate.description.as_deref())
    },
}];

/// Changes a certificate's description.
pub async fn update_client_certificate(
    cx: &Cx<'_>,
    input: UpdateClientCertificateRequest,
) -> Result<model::ClientCertificate> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateClientCertificateRequest) -> Result<model::ClientCertificate> {
    let found = cx.owned(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, &input.client_certificate_id).await?;
    let certificate = found.ok_or_else(client_certificate_not_found)?;
    let mut changed = certificate.value.clone();
    patch(&mut changed, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    cx.update_owned(&CLIENT_CERTIFICATES, &certificate, &changed).await?;
    Ok(changed.output())
}
