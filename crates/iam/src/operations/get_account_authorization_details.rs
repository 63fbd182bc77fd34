//! GetAccountAuthorizationDetails. Users, groups, roles, the account's policies, and those of AWS's that are in use; a
//! page may hold some of each.

use model_iam::types::{
    EntityType, GetAccountAuthorizationDetailsRequest, GetAccountAuthorizationDetailsResponse, GroupDetail,
    ManagedPolicyDetail, RoleDetail, UserDetail,
};
use store::MAX_PAGE;

use crate::Cx;
use crate::aws_managed::{self, AwsPolicy};
use crate::entity::managed_policy::Uses;
use crate::entity::role::last_used_to_wire;
use crate::entity::{
    Group, InstanceProfile, ManagedPolicy, Role, User, attached_to_wire, boundary_to_wire, encoded, inline_to_wire,
    tags_to_wire,
};
use crate::error::Result;
use crate::paging::Page;
use crate::principal::groups_of;
use crate::profiles::show_all;
use crate::table::{Entity, PROFILES_OF_ROLE, index_key};

enum Detail {
    User(User),
    Group(Group),
    Role(Role),
    Policy(ManagedPolicy),
}

/// Shows everything that decides who may do what.
pub async fn get_account_authorization_details(
    cx: &Cx<'_>,
    input: GetAccountAuthorizationDetailsRequest,
) -> Result<GetAccountAuthorizationDetailsResponse> {
    let filter = input.filter.unwrap_or_default();
    let names: Vec<&str> = filter.iter().map(|kind| kind.as_str()).collect();
    let question = format!("GetAccountAuthorizationDetails {}", names.join(" "));
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let page = page.of(cx, all(cx, &filter).await?, |(key, _)| key.clone());
    let mut answer = GetAccountAuthorizationDetailsResponse {
        user_detail_list: Some(Vec::new()),
        group_detail_list: Some(Vec::new()),
        role_detail_list: Some(Vec::new()),
        policies: Some(Vec::new()),
        is_truncated: page.is_truncated,
        marker: page.marker,
    };
    for (_, detail) in page.items {
        show(cx, &mut answer, detail).await?;
    }
    Ok(answer)
}

/// All that is asked for, with keys that grow.
async fn all(cx: &Cx<'_>, filter: &[EntityType]) -> Result<Vec<(String, Detail)>> {
    let wanted = |kind: EntityType| filter.is_empty() || filter.contains(&kind);
    let mut all = Vec::new();
    if wanted(EntityType::User) {
        all.extend(rows(cx, '1', Detail::User).await?);
    }
    if wanted(EntityType::Group) {
        all.extend(rows(cx, '2', Detail::Group).await?);
    }
    if wanted(EntityType::Role) {
        all.extend(rows(cx, '3', Detail::Role).await?);
    }
    if wanted(EntityType::LocalManagedPolicy) {
        all.extend(rows(cx, '4', Detail::Policy).await?);
    }
    if wanted(EntityType::AwsManagedPolicy) {
        for policy in aws_managed::all() {
            if cx.uses(&policy.arn()).await? != Uses::default() {
                all.push((format!("5{}", policy.name), Detail::Policy(AwsPolicy::to_entity(policy))));
            }
        }
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(all)
}

async fn rows<E: Entity>(cx: &Cx<'_>, kind: char, detail: impl Fn(E) -> Detail) -> Result<Vec<(String, Detail)>> {
    let rows = E::TABLE.list(cx.store(), &cx.pk(), E::PREFIX, None, MAX_PAGE).await?;
    Ok(rows.into_iter().map(|row| (format!("{kind}{}", row.sk), detail(row.value))).collect())
}

async fn show(cx: &Cx<'_>, answer: &mut GetAccountAuthorizationDetailsResponse, detail: Detail) -> Result<()> {
    match detail {
        Detail::User(user) => {
            let shown = user_detail(cx, &user).await?;
            answer.user_detail_list.get_or_insert_default().push(shown);
        }
        Detail::Group(group) => answer.group_detail_list.get_or_insert_default().push(group_detail(&group)),
        Detail::Role(role) => {
            let shown = role_detail(cx, &role).await?;
            answer.role_detail_list.get_or_insert_default().push(shown);
        }
        Detail::Policy(policy) => {
            let uses = cx.uses(&policy.arn()).await?;
            answer.policies.get_or_insert_default().push(policy_detail(&policy, uses));
        }
    }
    Ok(())
}

async fn user_detail(cx: &Cx<'_>, user: &User) -> Result<UserDetail> {
    let groups = groups_of(cx.store(), user).await?;
    Ok(UserDetail {
        path: Some(user.path.clone()),
        user_name: Some(user.name.clone()),
        user_id: Some(user.id.clone()),
        arn: Some(user.arn()),
        create_date: Some(user.created),
        user_policy_list: Some(inline_to_wire(&user.grants.inline)),
        group_list: Some(groups.into_iter().map(|group| group.name).collect()),
        attached_managed_policies: Some(attached_to_wire(&user.grants.attached)),
        permissions_boundary: boundary_to_wire(user.boundary.as_ref()),
        tags: tags_to_wire(&user.tags),
    })
}

fn group_detail(group: &Group) -> GroupDetail {
    GroupDetail {
        path: Some(group.path.clone()),
        group_name: Some(group.name.clone()),
        group_id: Some(group.id.clone()),
        arn: Some(group.arn()),
        create_date: Some(group.created),
        group_policy_list: Some(inline_to_wire(&group.grants.inline)),
        attached_managed_policies: Some(attached_to_wire(&group.grants.attached)),
    }
}

async fn role_detail(cx: &Cx<'_>, role: &Role) -> Result<RoleDetail> {
    let key = index_key(cx.account(), &role.name.to_ascii_lowercase());
    let mut profiles = Vec::new();
    for (pk, sk) in cx.store().lookup(PROFILES_OF_ROLE, &key, None, MAX_PAGE).await? {
        profiles.extend(InstanceProfile::TABLE.get(cx.store(), &pk, &sk).await?.map(|found| found.value));
    }
    Ok(RoleDetail {
        path: Some(role.path.clone()),
        role_name: Some(role.name.clone()),
        role_id: Some(role.id.clone()),
        arn: Some(role.arn()),
        create_date: Some(role.created),
        assume_role_policy_document: Some(encoded(&role.trust)),
        instance_profile_list: Some(show_all(cx, &profiles).await?),
        role_policy_list: Some(inline_to_wire(&role.grants.inline)),
        attached_managed_policies: Some(attached_to_wire(&role.grants.attached)),
        permissions_boundary: boundary_to_wire(role.boundary.as_ref()),
        tags: tags_to_wire(&role.tags),
        role_last_used: Some(last_used_to_wire(cx.last_used(&role.id).await?.as_ref())),
    })
}

fn policy_detail(policy: &ManagedPolicy, uses: Uses) -> ManagedPolicyDetail {
    let versions = policy.versions.iter().rev().map(|version| policy.version_with_document(version)).collect();
    ManagedPolicyDetail {
        policy_name: Some(policy.name.clone()),
        policy_id: Some(policy.id.clone()),
        arn: Some(policy.arn()),
        path: Some(policy.path.clone()),
        default_version_id: Some(format!("v{}", policy.default_version)),
        attachment_count: Some(uses.attached),
        permissions_boundary_usage_count: Some(uses.boundaries),
        is_attachable: Some(true),
        description: policy.description.clone(),
        create_date: Some(policy.created),
        update_date: Some(policy.updated),
        policy_version_list: Some(versions),
    }
}
