//! ListEntitiesForPolicy. Groups, users, roles, each in order of names; a page may hold some of each.

use model_iam::types::{
    EntityType, ListEntitiesForPolicyRequest, ListEntitiesForPolicyResponse, PolicyGroup, PolicyRole, PolicyUsageType,
    PolicyUser,
};
use store::MAX_PAGE;

use crate::Cx;
use crate::entity::{Group, Role, User};
use crate::error::Result;
use crate::error::no_such_policy;
use crate::grants::policy_for_use;
use crate::paging::Page;
use crate::table::{ATTACHED, BOUNDED, Entity, index_key};

enum Holder {
    Group(Group),
    User(User),
    Role(Role),
}

impl Holder {
    fn path(&self) -> &str {
        match self {
            Self::Group(group) => &group.path,
            Self::User(user) => &user.path,
            Self::Role(role) => &role.path,
        }
    }
}

/// Lists who a policy is attached to, or bounds.
pub async fn list_entities_for_policy(
    cx: &Cx<'_>,
    input: ListEntitiesForPolicyRequest,
) -> Result<ListEntitiesForPolicyResponse> {
    let arn = &input.policy_arn;
    policy_for_use(cx, arn).await.map_err(|error| if error.status == 404 { no_such_policy(arn) } else { error })?;
    let question = question(&input);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let prefix = input.path_prefix.as_deref().unwrap_or_default();
    let mut holders = Vec::new();
    for (pk, sk) in places(cx, &input).await? {
        let holder = read(cx, &pk, &sk).await?.filter(|holder| holder.path().starts_with(prefix));
        holders.extend(holder.map(|holder| (sk, holder)));
    }
    let page = page.of(cx, holders, |(sk, _)| sk.clone());
    let mut answer = ListEntitiesForPolicyResponse {
        policy_groups: Some(Vec::new()),
        policy_users: Some(Vec::new()),
        policy_roles: Some(Vec::new()),
        is_truncated: page.is_truncated,
        marker: page.marker,
    };
    page.items.into_iter().for_each(|(_, holder)| show(&mut answer, holder));
    Ok(answer)
}

fn question(input: &ListEntitiesForPolicyRequest) -> String {
    format!(
        "ListEntitiesForPolicy {} {} {} {}",
        input.policy_arn,
        input.entity_filter.map_or("", EntityType::as_str),
        input.path_prefix.as_deref().unwrap_or_default(),
        input.policy_usage_filter.map_or("", PolicyUsageType::as_str)
    )
}

/// Where the holders lie, each once, in order.
async fn places(cx: &Cx<'_>, input: &ListEntitiesForPolicyRequest) -> Result<Vec<(String, String)>> {
    let key = index_key(cx.account(), &input.policy_arn);
    let mut places = Vec::new();
    if input.policy_usage_filter != Some(PolicyUsageType::PermissionsBoundary) {
        places.extend(cx.store().lookup(ATTACHED, &key, None, MAX_PAGE).await?);
    }
    if input.policy_usage_filter != Some(PolicyUsageType::PermissionsPolicy) {
        places.extend(cx.store().lookup(BOUNDED, &key, None, MAX_PAGE).await?);
    }
    let prefix = match input.entity_filter {
        None => "",
        Some(EntityType::User) => User::PREFIX,
        Some(EntityType::Role) => Role::PREFIX,
        Some(EntityType::Group) => Group::PREFIX,
        Some(EntityType::LocalManagedPolicy | EntityType::AwsManagedPolicy) => "policies are attached to no policy",
    };
    places.retain(|(_, sk)| sk.starts_with(prefix));
    places.sort();
    places.dedup();
    Ok(places)
}

async fn read(cx: &Cx<'_>, pk: &str, sk: &str) -> Result<Option<Holder>> {
    let store = cx.store();
    Ok(if sk.starts_with(Group::PREFIX) {
        Group::TABLE.get(store, pk, sk).await?.map(|found| Holder::Group(found.value))
    } else if sk.starts_with(User::PREFIX) {
        User::TABLE.get(store, pk, sk).await?.map(|found| Holder::User(found.value))
    } else {
        Role::TABLE.get(store, pk, sk).await?.map(|found| Holder::Role(found.value))
    })
}

fn show(answer: &mut ListEntitiesForPolicyResponse, holder: Holder) {
    match holder {
        Holder::Group(Group { name, id, .. }) => {
            let shown = PolicyGroup { group_name: Some(name), group_id: Some(id) };
            answer.policy_groups.get_or_insert_default().push(shown);
        }
        Holder::User(User { name, id, .. }) => {
            let shown = PolicyUser { user_name: Some(name), user_id: Some(id) };
            answer.policy_users.get_or_insert_default().push(shown);
        }
        Holder::Role(Role { name, id, .. }) => {
            let shown = PolicyRole { role_name: Some(name), role_id: Some(id) };
            answer.policy_roles.get_or_insert_default().push(shown);
        }
    }
}
