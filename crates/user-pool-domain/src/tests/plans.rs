//! A pool with clients of each kind.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::Region;

use crate::plan::{ClientPlan, DomainPlan, OAuthFlows, PasswordRules, Remember, UsernameKind};
use crate::ports::DomainPlans;

pub const WEB: &str = "web00000000000000000000000";
pub const PKCE: &str = "pkce0000000000000000000000";
pub const SERVER: &str = "server00000000000000000000";
pub const MACHINE: &str = "machine0000000000000000000";
pub const LEGACY: &str = "legacy00000000000000000000";
pub const CALLBACK: &str = "https://app.example.com/cb";
pub const CALLBACK_QUERY: &str = "https://app.example.com/cb?tenant=1";
pub const APP: &str = "myapp://cb";
pub const LOGOUT: &str = "https://app.example.com/bye";
pub const SECRET: &str = "s3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3cr3ts3c";
pub const ISSUER: &str = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Ab3dE5fG7";
pub const PASSWORD: &str = "Correct-horse-1";
pub const FACTOR_CODE: &str = "135790";

pub fn client(id: &str, change: impl FnOnce(&mut ClientPlan)) -> (String, Arc<ClientPlan>) {
    let mut client = ClientPlan {
        client_id: id.to_owned(),
        client_name: id.to_owned(),
        confidential: false,
        oauth_enabled: true,
        flows: OAuthFlows { code: true, implicit: true, client_credentials: false },
        scopes: ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"].map(str::to_owned).to_vec(),
        callback_urls: [CALLBACK, CALLBACK_QUERY, APP, "http://localhost:3000/cb"].map(str::to_owned).to_vec(),
        logout_urls: vec![LOGOUT.to_owned()],
        default_redirect_uri: None,
        local_users: true,
        providers: vec!["COGNITO".to_owned(), "Google".to_owned()],
        token_revocation: true,
        prevent_user_existence_errors: true,
        look: None,
        terms: None,
        choice: true,
        passkeys: true,
        pkce_required: false,
    };
    change(&mut client);
    (id.to_owned(), Arc::new(client))
}

pub fn plan(change: impl FnOnce(&mut DomainPlan)) -> DomainPlan {
    let code_only = OAuthFlows { code: true, ..OAuthFlows::default() };
    let clients = HashMap::from([
        client(WEB, |_| ()),
        client(PKCE, |c| {
            (c.pkce_required, c.flows) = (true, code_only);
            c.default_redirect_uri = Some(CALLBACK.to_owned());
        }),
        client(SERVER, |c| (c.confidential, c.flows) = (true, code_only)),
        client(MACHINE, |c| {
            c.confidential = true;
            c.callback_urls.clear();
            c.flows = OAuthFlows { client_credentials: true, ..OAuthFlows::default() };
            c.scopes = vec!["api/read".to_owned(), "api/write".to_owned()];
            c.token_revocation = false;
        }),
        client(LEGACY, |c| c.prevent_user_existence_errors = false),
    ]);
    let mut plan = DomainPlan {
        pool_id: "us-east-1_Ab3dE5fG7".to_owned(),
        pool_name: "demo <pool>".to_owned(),
        domain: "demo".to_owned(),
        region: Region::parse("us-east-1").expect("a region"),
        issuer: ISSUER.to_owned(),
        sign_up: true,
        username_kind: UsernameKind::Username,
        required_attributes: vec!["email".to_owned()],
        password_policy: PasswordRules {
            minimum_length: 8,
            uppercase: true,
            lowercase: true,
            numbers: true,
            symbols: true,
        },
        remember: Remember::No,
        managed: false,
        look: None,
        clients,
    };
    change(&mut plan);
    plan
}

pub struct OnePlan(pub Arc<DomainPlan>);

impl DomainPlans for OnePlan {
    fn by_domain(&self, domain: &str) -> Option<Arc<DomainPlan>> {
        (domain == self.0.domain).then(|| Arc::clone(&self.0))
    }
}
