//! GetAccountSummary. What is not built here (certificates) counts none.

use std::collections::BTreeMap;

use model_iam::types::GetAccountSummaryResponse;

use crate::Cx;
use crate::entity::{Group, InstanceProfile, ManagedPolicy, MfaDevice, OidcProvider, Role, SamlProvider, User};
use crate::error::Result;
use crate::table::{Entity, count_counter};

/// Bounds that do not change.
const QUOTAS: [(&str, i32); 16] = [
    ("UserPolicySizeQuota", 2_048),
    ("GroupPolicySizeQuota", 5_120),
    ("RolePolicySizeQuota", 10_240),
    ("AssumeRolePolicySizeQuota", 2_048),
    ("PolicySizeQuota", 6_144),
    ("VersionsPerPolicyQuota", 5),
    ("PolicyVersionsInUseQuota", 10_000),
    ("GroupsPerUserQuota", 10),
    ("AccessKeysPerUserQuota", 2),
    ("AttachedPoliciesPerGroupQuota", 10),
    ("AttachedPoliciesPerRoleQuota", 10),
    ("AttachedPoliciesPerUserQuota", 10),
    ("SigningCertificatesPerUserQuota", 2),
    ("ServerCertificatesQuota", 20),
    ("ServerCertificates", 0),
    ("AccountMFAEnabled", 0),
];

/// Counts what the account has.
pub async fn get_account_summary(cx: &Cx<'_>, (): ()) -> Result<GetAccountSummaryResponse> {
    let mut map: BTreeMap<String, i32> = QUOTAS.iter().map(|(key, n)| ((*key).to_owned(), *n)).collect();
    count::<User>(cx, &mut map, "Users", "UsersQuota").await?;
    count::<Group>(cx, &mut map, "Groups", "GroupsQuota").await?;
    count::<Role>(cx, &mut map, "Roles", "RolesQuota").await?;
    count::<ManagedPolicy>(cx, &mut map, "Policies", "PoliciesQuota").await?;
    count::<InstanceProfile>(cx, &mut map, "InstanceProfiles", "InstanceProfilesQuota").await?;
    let providers = number::<OidcProvider>(cx).await? + number::<SamlProvider>(cx).await?;
    map.insert("Providers".to_owned(), providers);
    map.insert("MFADevices".to_owned(), number::<MfaDevice>(cx).await?);
    let devices = MfaDevice::TABLE.list(cx.store(), &cx.pk(), MfaDevice::PREFIX, None, 5_000).await?;
    let in_use = devices.iter().filter(|device| device.enabled.is_some()).count();
    map.insert("MFADevicesInUse".to_owned(), i32::try_from(in_use).unwrap_or(i32::MAX));
    let rows = ManagedPolicy::TABLE.list(cx.store(), &cx.pk(), ManagedPolicy::PREFIX, None, 5_000).await?;
    let versions: usize = rows.iter().map(|policy| policy.versions.len()).sum();
    map.insert("PolicyVersionsInUse".to_owned(), i32::try_from(versions).unwrap_or(i32::MAX));
    let keys = cx.settings().await?.map_or(0, |account| account.root_keys.len());
    map.insert("AccountAccessKeysPresent".to_owned(), i32::from(keys > 0));
    map.insert("AccountSigningCertificatesPresent".to_owned(), 0);
    Ok(GetAccountSummaryResponse { summary_map: Some(map) })
}

async fn count<E: Entity>(
    cx: &Cx<'_>,
    map: &mut BTreeMap<String, i32>,
    name: &'static str,
    quota: &'static str,
) -> Result<()> {
    map.insert(name.to_owned(), number::<E>(cx).await?);
    map.insert(quota.to_owned(), i32::try_from(E::QUOTA.1).unwrap_or(i32::MAX));
    Ok(())
}

async fn number<E: Entity>(cx: &Cx<'_>) -> Result<i32> {
    let n = cx.store().counter(&count_counter(cx.account(), E::PREFIX)).await?;
    Ok(i32::try_from(n).unwrap_or(i32::MAX))
}
