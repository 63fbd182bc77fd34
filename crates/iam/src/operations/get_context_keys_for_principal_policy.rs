//! GetContextKeysForPrincipalPolicy.

use model_iam::types::{GetContextKeysForPolicyResponse, GetContextKeysForPrincipalPolicyRequest};

use crate::Cx;
use crate::error::Result;
use crate::simulate::{context_keys, input_policies, source};

/// Lists the condition keys that a principal's policies read.
pub async fn get_context_keys_for_principal_policy(
    cx: &Cx<'_>,
    input: GetContextKeysForPrincipalPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse> {
    let compiled = source(cx, &input.policy_source_arn).await?;
    let more = input_policies(&input.policy_input_list.unwrap_or_default())?;
    let names = context_keys(compiled.identity.iter().chain(&more));
    Ok(GetContextKeysForPolicyResponse { context_key_names: Some(names) })
}
