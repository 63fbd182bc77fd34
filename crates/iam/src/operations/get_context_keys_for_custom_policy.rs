//! GetContextKeysForCustomPolicy.

use model_iam::types::{GetContextKeysForCustomPolicyRequest, GetContextKeysForPolicyResponse};

use crate::Cx;
use crate::error::Result;
use crate::simulate::{context_keys, input_policies};

/// Lists the condition keys that documents read.
pub async fn get_context_keys_for_custom_policy(
    _: &Cx<'_>,
    input: GetContextKeysForCustomPolicyRequest,
) -> Result<GetContextKeysForPolicyResponse> {
    let policies = input_policies(&input.policy_input_list)?;
    Ok(GetContextKeysForPolicyResponse { context_key_names: Some(context_keys(policies.iter())) })
}
