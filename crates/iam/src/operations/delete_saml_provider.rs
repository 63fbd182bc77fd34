//! DeleteSAMLProvider.

use aws_types::AwsError;
use model_iam::types::DeleteSAMLProviderRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::{Result, concurrent};

/// Deletes a provider.
pub async fn delete_saml_provider(cx: &Cx<'_>, input: DeleteSAMLProviderRequest) -> Result<()> {
    retry(cx.store(), || async {
        let provider = cx.find::<SamlProvider>(&input.saml_provider_arn).await?;
        let mut tx = Tx::new();
        cx.remove(&mut tx, &provider);
        cx.commit(tx, &provider.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
