//! Amazon Cognito identity pools: who somebody is across providers, and the temporary credentials of the role that is
//! theirs (Cognito developer guide, "Identity pools"; API reference 2014-06-30).
//!
//! What comes in: calls whose constraints the model has checked; logins, proven here by the tokens they bring. What goes
//! out: identities, tokens of `https://cognito-identity.amazonaws.com`, credentials.
//! What it must not know: HTTP, other services. Whose keys sign a token, and what a role's trust policy says, it asks of
//! [`ports`].
//!
//! - `operations/`: one file an operation. `entity/`: what is kept. `table.rs`: where it lies. `error.rs`: each sentence
//!   once. `rules.rs`: what settings must be.
//! - `login.rs`: what a login proves; `saml_login.rs`: what an assertion does. `link.rs`: whose identity it is. `role.rs`: which role and which principal tags.
//!   `credentials.rs`: the enhanced flow's end. `token.rs`: the basic and the developer flow's tokens.
//!
//! To add an operation: a file in `operations/`, its lines there, its line in the table below, its tests. To add a kind
//! of provider: a branch in `login.rs`.

mod credentials;
mod developer;
pub mod entity;
mod error;
mod link;
mod login;
mod operations;
mod paging;
pub mod ports;
mod role;
mod rules;
mod saml_login;
mod service;
mod sweep;
mod table;
mod token;

#[cfg(test)]
mod tests;

pub use service::{CognitoIdentity, Cx, Doors};
pub use token::ISSUER;

aws_types::operations! { Cx =>
    CreateIdentityPool: create_identity_pool, done;
    DeleteIdentities: delete_identities, done;
    DeleteIdentityPool: delete_identity_pool, done;
    DescribeIdentity: describe_identity, done;
    DescribeIdentityPool: describe_identity_pool, done;
    GetCredentialsForIdentity: get_credentials_for_identity, done;
    GetId: get_id, done;
    GetIdentityPoolRoles: get_identity_pool_roles, done;
    GetOpenIdToken: get_open_id_token, done;
    GetOpenIdTokenForDeveloperIdentity: get_open_id_token_for_developer_identity, done;
    GetPrincipalTagAttributeMap: get_principal_tag_attribute_map, done;
    ListIdentities: list_identities, done;
    ListIdentityPools: list_identity_pools, done;
    ListTagsForResource: list_tags_for_resource, done;
    LookupDeveloperIdentity: lookup_developer_identity, done;
    MergeDeveloperIdentities: merge_developer_identities, done;
    SetIdentityPoolRoles: set_identity_pool_roles, done;
    SetPrincipalTagAttributeMap: set_principal_tag_attribute_map, done;
    TagResource: tag_resource, done;
    UnlinkDeveloperIdentity: unlink_developer_identity, done;
    UnlinkIdentity: unlink_identity, done;
    UntagResource: untag_resource, done;
    UpdateIdentityPool: update_identity_pool, done;
}
