//! GenerateClientCertificate.

use aws_types::AwsError;
use model::GenerateClientCertificateRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::certificate::{VALID_DAYS, client_certificate};
use crate::entity::ClientCertificate;
use crate::error::{Result, limit_exceeded};
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES};
use crate::{tag, validate};

/// AWS's quota in a region is 60 and may be raised; here it is this from the start.
const MAX_CERTIFICATES: usize = 300;

/// Makes a key and a self-signed certificate over it.
pub async fn generate_client_certificate(
    cx: &Cx<'_>,
    input: GenerateClientCertificateRequest,
) -> Result<model::ClientCertificate> {
    validate::description(input.description.as_deref())?;
    tag::check(&input.tags.clone().unwrap_or_default())?;
    retry(cx.store(), || generate(cx, &input)).await
}

async fn generate(cx: &Cx<'_>, input: &GenerateClientCertificateRequest) -> Result<model::ClientCertificate> {
    let count = cx.owned_count(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, MAX_CERTIFICATES).await?;
    if count >= MAX_CERTIFICATES {
        return Err(limit_exceeded("Maximum number of client certificates for this account has been reached."));
    }
    let expires = cx.now().plus_ms(VALID_DAYS * 86_400_000);
    let made = client_certificate(cx.now(), expires).map_err(AwsError::internal)?;
    let id = cx.new_id(6);
    let certificate = ClientCertificate {
        sealed_key: cx.store().sealer().seal_text(&seal_context(&id), made.key.as_bytes()),
        id,
        description: input.description.clone(),
        pem: made.certificate,
        created: cx.now(),
        expires,
        tags: input.tags.clone().unwrap_or_default(),
    };
    let place = (CLIENT_CERTIFICATE, certificate.id.as_str());
    cx.insert_owned(&CLIENT_CERTIFICATES, place, &certificate, Vec::new()).await?;
    Ok(certificate.output())
}

/// What a certificate's key is sealed to.
pub(crate) fn seal_context(id: &str) -> String {
    format!("apigateway client certificate {id}")
}
