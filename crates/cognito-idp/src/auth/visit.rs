//! One call of a sign-in: where, through which client, from where, and what was said. Every step of every flow is given
//! one, so that lock-out, limits, triggers and devices see the same whichever way somebody came in.

use std::net::IpAddr;

use model_cognito_idp::types::{ContextDataType, HttpHeader, UserContextDataType};

use super::session::ChallengeSession;
use crate::entity::{AppClient, UserPool};
use crate::triggers::Said;

/// One call of a sign-in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit<'a> {
    pub pool: &'a UserPool,
    pub client: &'a AppClient,
    pub said: Said<'a>,
    /// Address of the person's device; none where a server speaks for them and does not say.
    pub address: Option<&'a str>,
    /// `DEVICE_KEY`, as the client gave it: proves nothing by itself.
    pub device_key: Option<&'a str>,
    /// What `remember_browser` gave: proves the device that it names.
    pub browser: Option<&'a str>,
    /// `User-Agent` of the person's device, where it is known.
    pub agent: Option<&'a str>,
    /// Host of the hosted page that it comes from.
    pub page_host: Option<&'a str>,
    /// Who watches over it.
    pub watch: Watch,
}

/// Which setting of threat protection is for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Watch {
    /// `AdvancedSecurityMode`.
    Standard,
    /// `CustomAuthMode`: what the pool's functions ask.
    CustomAuth,
}

impl<'a> Visit<'a> {
    /// A call without address and device.
    pub const fn new(pool: &'a UserPool, client: &'a AppClient, said: Said<'a>) -> Self {
        let watch = Watch::Standard;
        Self { pool, client, said, address: None, device_key: None, browser: None, agent: None, page_host: None, watch }
    }

    /// The same call from an address.
    pub const fn from(self, address: Option<&'a str>) -> Self {
        Self { address, ..self }
    }

    /// The same call by a program.
    pub const fn by_agent(self, agent: Option<&'a str>) -> Self {
        Self { agent, ..self }
    }

    /// The same call from a hosted page.
    pub const fn at_page(self, host: &'a str) -> Self {
        Self { page_host: Some(host), ..self }
    }

    /// The same call as a step of CUSTOM_AUTH.
    pub const fn in_custom_auth(self) -> Self {
        Self { watch: Watch::CustomAuth, ..self }
    }

    /// The same call by a device.
    pub const fn on_device(self, device_key: Option<&'a str>) -> Self {
        Self { device_key, ..self }
    }

    /// The same call by a browser that was remembered.
    pub const fn by_browser(self, cookie: Option<&'a str>) -> Self {
        Self { browser: cookie, ..self }
    }

    /// The same call without `ClientMetadata`: where what was said is not for the triggers that follow.
    pub const fn silent(self) -> Self {
        Self { said: self.said.silent(), ..self }
    }

    /// The same call by the device that the sign-in began on, unless the call names one itself.
    pub fn on_device_of(self, session: &'a ChallengeSession) -> Self {
        self.on_device(self.device_key.or(session.progress.device_key.as_deref()))
    }

    /// A call that brings a session and nothing else.
    pub fn by_session(pool: &'a UserPool, client: &'a AppClient, session: &'a ChallengeSession) -> Self {
        Self::new(pool, client, Said::nothing(client)).on_device_of(session)
    }

    /// A guess at what a name's owner knows, by this call.
    pub const fn guess(&self, name: &'a str, lane: Lane<'a>) -> Guess<'a> {
        Guess { pool: self.pool, name, address: self.address, lane, second_of: None }
    }
}

/// The address that a server says its user has, where its client may say so (`EnablePropagateAdditionalUserContextData`;
/// such a client has a secret).
pub(crate) fn said_address<'a>(client: &AppClient, data: Option<&'a UserContextDataType>) -> Option<&'a str> {
    let address = data.and_then(|data| data.ip_address.as_deref()).filter(|address| address.parse::<IpAddr>().is_ok());
    address.filter(|_| client.settings.propagate_user_context)
}

/// `User-Agent` among the headers that a server passes on.
pub(crate) fn said_agent(data: Option<&ContextDataType>) -> Option<&str> {
    let named = |header: &&HttpHeader| {
        header.header_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("user-agent"))
    };
    data?.http_headers.iter().find(named)?.header_value.as_deref()
}

/// Something that may be wrong, and is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guess<'a> {
    pub pool: &'a UserPool,
    /// A username as stored, or what was typed where there is no user.
    pub name: &'a str,
    /// Counted too, where it is known.
    pub address: Option<&'a str>,
    pub lane: Lane<'a>,
    /// The `sub` of whose second factor is guessed at.
    pub second_of: Option<&'a str>,
}

impl<'a> Guess<'a> {
    /// A guess at a password, without a sign-in.
    pub const fn at_password(pool: &'a UserPool, name: &'a str, address: Option<&'a str>) -> Self {
        Self { pool, name, address, lane: Lane::Everybody, second_of: None }
    }

    /// The guess is at this user's second factor.
    pub const fn at_second_factor(self, sub: &'a str) -> Self {
        Self { second_of: Some(sub), ..self }
    }
}

/// Whose failures a guess is counted with. An attacker can lock the name for everybody they could be, but not for the
/// owner's own devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane<'a> {
    /// With those of all strangers.
    Everybody,
    /// With those of this remembered device of the user alone.
    Device(&'a str),
}
