//! What a user pool's domain needs to know to answer: compiled by the control plane whenever pool, client or domain
//! change, swapped as a whole, never read from the store on a request.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::Region;

use crate::look::Look;

/// Everything the hosted pages and `/oauth2/*` of one pool look at.
#[derive(Debug)]
pub struct DomainPlan {
    /// `eu-west-1_Ab3dE5fG7`.
    pub pool_id: String,
    /// The name an administrator gave the pool; shown on the pages.
    pub pool_name: String,
    /// `demo` of `demo.auth.eu-west-1.amazoncognito.com`.
    pub domain: String,
    /// The pool's region.
    pub region: Region,
    /// `iss` of its tokens.
    pub issuer: String,
    /// Whether people may register themselves (not `AllowAdminCreateUserOnly`).
    pub sign_up: bool,
    /// What is typed into the username field.
    pub username_kind: UsernameKind,
    /// Attributes a person must give at sign-up, in the schema's order, without `sub`.
    pub required_attributes: Vec<String>,
    /// Rules shown beside the password field.
    pub password_policy: PasswordRules,
    /// Whether browsers are remembered after a second factor.
    pub remember: Remember,
    /// `ManagedLoginVersion` is 2: a client without a style has no pages.
    pub managed: bool,
    /// The style of clients that have none of their own.
    pub look: Option<Arc<Look>>,
    /// App clients by id.
    pub clients: HashMap<String, Arc<ClientPlan>>,
}

/// `DeviceConfiguration`, as the pages act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// The pool knows no devices.
    No,
    /// Where the person wants it.
    Asked,
    /// Always.
    Always,
}

/// What a person signs in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameKind {
    /// A username (aliases may work too).
    Username,
    /// The e-mail address is the username.
    Email,
    /// The phone number is the username.
    Phone,
    /// Either.
    EmailOrPhone,
}

/// The pool's password policy, as shown to people. The control plane enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    /// Characters.
    pub minimum_length: u32,
    /// A to Z.
    pub uppercase: bool,
    /// a to z.
    pub lowercase: bool,
    /// 0 to 9.
    pub numbers: bool,
    /// Special characters.
    pub symbols: bool,
}

/// One app client.
#[derive(Debug)]
pub struct ClientPlan {
    /// 26 lower-case letters and digits.
    pub client_id: String,
    /// Shown nowhere; for logs.
    pub client_name: String,
    /// Whether the token endpoint demands the secret. The secret itself is checked by the port.
    pub confidential: bool,
    /// `AllowedOAuthFlowsUserPoolClient`.
    pub oauth_enabled: bool,
    /// `AllowedOAuthFlows`.
    pub flows: OAuthFlows,
    /// `AllowedOAuthScopes`, in the order given.
    pub scopes: Vec<String>,
    /// Registered callback URLs, compared byte for byte.
    pub callback_urls: Vec<String>,
    /// Registered sign-out URLs, compared byte for byte.
    pub logout_urls: Vec<String>,
    /// Used where a request names no redirect URI.
    pub default_redirect_uri: Option<String>,
    /// `COGNITO` is among `SupportedIdentityProviders` (or none is set): the local form is shown.
    pub local_users: bool,
    /// `SupportedIdentityProviders`.
    pub providers: Vec<String>,
    /// `EnableTokenRevocation`.
    pub token_revocation: bool,
    /// `PreventUserExistenceErrors` is `ENABLED`.
    pub prevent_user_existence_errors: bool,
    /// Its own style.
    pub look: Option<Arc<Look>>,
    /// Linked to by the registration page.
    pub terms: Option<Terms>,
    /// `USER_AUTH` is among its flows: people may choose how to sign in.
    pub choice: bool,
    /// Passkeys are among the ways.
    pub passkeys: bool,
    /// It must use PKCE with the code flow.
    pub pkce_required: bool,
}

/// A client's terms documents, once it has both: HTTPS URLs by `cognito:german`, …, and `cognito:default`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// `terms-of-use`.
    pub usage: BTreeMap<String, String>,
    /// `privacy-policy`.
    pub privacy: BTreeMap<String, String>,
}

/// Which OAuth grants a client may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OAuthFlows {
    /// `code`.
    pub code: bool,
    /// `implicit`.
    pub implicit: bool,
    /// `client_credentials`.
    pub client_credentials: bool,
}
