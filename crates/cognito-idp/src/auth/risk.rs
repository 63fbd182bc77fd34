//! Threat protection (guide, "Advanced security with threat protection"), where `UserPoolAddOns.AdvancedSecurityMode` is
//! not OFF, of CUSTOM_AUTH where `CustomAuthMode` is set: addresses that are always refused, passwords that everybody
//! knows, and how unusual a sign-in looks. AWS's
//! model is secret; this is our own, and small enough to be told:
//!
//! A sign-in from a network or with a program (`User-Agent`) from which the user never signed in counts one each; five
//! failures within the hour count one; feedback that a network or program was not the user's counts three. One is low
//! risk, two medium, three and more high. Who signs in for the first time is not judged by network and program.
//!
//! What comes in: the pool's or client's [`RiskConfiguration`], the user's history. What goes out: an [`Assessment`], and
//! in ENFORCED mode the action that is configured for it. AUDIT only records.

use std::net::IpAddr;

use aws_types::Timestamp;
use model_cognito_idp::types::{
    AccountTakeoverActionType, AccountTakeoverEventActionType, AdvancedSecurityEnabledModeType,
    AdvancedSecurityModeType, CompromisedCredentialsEventActionType, EventFilterType, EventResponseType, EventType,
    RiskLevelType,
};
use store::Versioned;

use super::auth_events::{History, Known};
use super::second_factor::{Need, active};
use super::throttle::network;
use super::visit::{Visit, Watch};
use crate::CognitoIdp;
use crate::entity::{RiskConfiguration, User, UserPool};
use crate::error::{self, Result};
use crate::rules::cidr::Cidr;
use crate::table::{RISKS, pool_pk, risk_sk};

const HOUR_MS: i64 = 3_600_000;
/// Failures within the hour that look like guessing.
const MANY_FAILURES: usize = 5;
/// Passwords that are tried first everywhere, in lower case, one a line.
const KNOWN_PASSWORDS: &str = include_str!("known_passwords.txt");

/// How a sign-in looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assessment {
    /// `None`: nothing is unusual, or nothing was judged.
    pub level: Option<RiskLevelType>,
    /// The address is on the list of those that are always refused.
    pub blocked_address: bool,
}

/// Whether the pool watches a call.
pub(crate) fn watches(visit: Visit<'_>) -> bool {
    match visit.watch {
        Watch::Standard => standard(visit.pool) != AdvancedSecurityModeType::Off,
        Watch::CustomAuth => custom(visit.pool).is_some(),
    }
}

/// Whether the pool acts on what it sees of a call.
fn enforces(visit: Visit<'_>) -> bool {
    match visit.watch {
        Watch::Standard => enforces_standard(visit.pool),
        Watch::CustomAuth => custom(visit.pool) == Some(AdvancedSecurityEnabledModeType::Enforced),
    }
}

fn enforces_standard(pool: &UserPool) -> bool {
    standard(pool) == AdvancedSecurityModeType::Enforced
}

fn standard(pool: &UserPool) -> AdvancedSecurityModeType {
    pool.settings.add_ons.as_ref().map_or(AdvancedSecurityModeType::Off, |add_ons| add_ons.advanced_security_mode)
}

fn custom(pool: &UserPool) -> Option<AdvancedSecurityEnabledModeType> {
    pool.settings.add_ons.as_ref()?.advanced_security_additional_flows.as_ref()?.custom_auth_mode
}

/// Whether everybody knows the password.
pub(crate) fn is_known_password(password: &str) -> bool {
    let lower = password.to_lowercase();
    KNOWN_PASSWORDS.lines().any(|known| known == lower)
}

/// Judges a sign-in by the user's history.
pub(crate) fn assess(
    risk: Option<&RiskConfiguration>,
    history: &History,
    (address, agent): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Assessment {
    let Some(address) = address else { return Assessment::default() };
    let exceptions = risk.and_then(|risk| risk.exceptions.as_ref());
    let listed = |list: Option<&Vec<String>>| list.is_some_and(|ranges| holds(ranges, address));
    if listed(exceptions.and_then(|exceptions| exceptions.blocked_ip_range_list.as_ref())) {
        return Assessment { level: Some(RiskLevelType::High), blocked_address: true };
    }
    if listed(exceptions.and_then(|exceptions| exceptions.skipped_ip_range_list.as_ref())) {
        return Assessment::default();
    }
    let level = match points(history, &network(address), agent, now) {
        0 => None,
        1 => Some(RiskLevelType::Low),
        2 => Some(RiskLevelType::Medium),
        _ => Some(RiskLevelType::High),
    };
    Assessment { level, blocked_address: false }
}

fn points(history: &History, network: &str, agent: Option<&str>, now: Timestamp) -> usize {
    let here = |known: &&Known| known.network == network;
    let same_program = |known: &&Known| agent.is_none() || known.agent.as_deref() == agent;
    let trusted = || history.known.iter().filter(|known| !known.distrusted);
    let distrusted = history.known.iter().filter(|known| known.distrusted).any(|k| here(&k) && same_program(&k));
    let new_here = usize::from(!trusted().any(|known| here(&known)));
    let new_program = usize::from(!trusted().any(|known| same_program(&known)));
    let unusual = if trusted().next().is_none() { 0 } else { new_here + new_program };
    let from = now.ms().saturating_sub(HOUR_MS);
    let failures = history.events.iter().filter(|event| {
        event.kind == EventType::SignIn && event.response == EventResponseType::Fail && event.created.ms() > from
    });
    unusual + usize::from(failures.count() >= MANY_FAILURES) + if distrusted { 3 } else { 0 }
}

fn holds(ranges: &[String], address: &str) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    ranges.iter().filter_map(|range| Cidr::parse(range)).any(|range| range.contains(address))
}

/// What is configured for a level.
pub(crate) fn action(risk: Option<&RiskConfiguration>, level: RiskLevelType) -> Option<&AccountTakeoverActionType> {
    let actions = &risk?.takeover.as_ref()?.actions;
    match level {
        RiskLevelType::Low => actions.low_action.as_ref(),
        RiskLevelType::Medium => actions.medium_action.as_ref(),
        RiskLevelType::High => actions.high_action.as_ref(),
    }
}

/// Whether a known password is refused for an event.
pub(crate) fn blocks_known_passwords(risk: Option<&RiskConfiguration>, event: EventFilterType) -> bool {
    let Some(settings) = risk.and_then(|risk| risk.compromised.as_ref()) else { return false };
    let watched = settings.event_filter.as_ref().is_none_or(|filter| filter.is_empty() || filter.contains(&event));
    watched && settings.actions.event_action == CompromisedCredentialsEventActionType::Block
}

impl CognitoIdp {
    /// What holds for a client: its own configuration, else the pool's.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn risk_configuration(
        &self,
        pool: &UserPool,
        client_id: Option<&str>,
    ) -> Result<Option<Versioned<RiskConfiguration>>> {
        let pk = pool_pk(&pool.id);
        if let Some(client_id) = client_id
            && let Some(own) = RISKS.get(self.store(), &pk, &risk_sk(Some(client_id))).await?
        {
            return Ok(Some(own));
        }
        Ok(RISKS.get(self.store(), &pk, &risk_sk(None)).await?)
    }

    /// Refuses an address that is always refused, whoever comes from it.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn check_address(&self, visit: Visit<'_>) -> Result<()> {
        if !enforces(visit) {
            return Ok(());
        }
        let risk = self.risk_configuration(visit.pool, Some(&visit.client.id)).await?;
        let seen = (visit.address, visit.agent);
        match assess(risk.as_deref(), &History::default(), seen, self.now()).blocked_address {
            true => Err(error::blocked_for_security()),
            false => Ok(()),
        }
    }

    /// Refuses the right password of a user where everybody knows it: it has to be reset.
    ///
    /// # Errors
    /// PasswordResetRequiredException.
    pub(crate) async fn check_given_password(&self, visit: Visit<'_>, password: &str) -> Result<()> {
        if self.refuses_password(visit.pool, Some(&visit.client.id), EventFilterType::SignIn, password).await? {
            return Err(error::password_reset_for_security());
        }
        Ok(())
    }

    /// Refuses a new password that everybody knows.
    ///
    /// # Errors
    /// InvalidPasswordException.
    pub(crate) async fn check_chosen_password(
        &self,
        pool: &UserPool,
        client_id: Option<&str>,
        event: EventFilterType,
        password: &str,
    ) -> Result<()> {
        if self.refuses_password(pool, client_id, event, password).await? {
            return Err(error::password_known_to_all());
        }
        Ok(())
    }

    async fn refuses_password(
        &self,
        pool: &UserPool,
        client_id: Option<&str>,
        event: EventFilterType,
        password: &str,
    ) -> Result<bool> {
        if !enforces_standard(pool) || !is_known_password(password) {
            return Ok(false);
        }
        let risk = self.risk_configuration(pool, client_id).await?;
        Ok(blocks_known_passwords(risk.as_deref(), event))
    }

    /// What the risk of a sign-in adds to what it needs anyway.
    ///
    /// # Errors
    /// NotAuthorizedException where it is refused.
    pub(crate) async fn need_by_risk(&self, visit: Visit<'_>, user: &User, need: Need) -> Result<Need> {
        if !enforces(visit) {
            return Ok(need);
        }
        let risk = self.risk_configuration(visit.pool, Some(&visit.client.id)).await?;
        let history = self.history(visit.pool, &user.sub).await?;
        let assessment = assess(risk.as_deref(), &history, (visit.address, visit.agent), self.now());
        let configured = assessment.level.and_then(|level| action(risk.as_deref(), level));
        let factors = || active(visit.pool, user);
        match (configured.map(|action| action.event_action), need) {
            (Some(AccountTakeoverEventActionType::Block), _) => Err(error::blocked_for_security()),
            (Some(AccountTakeoverEventActionType::MfaRequired), Need::Nothing) if factors().is_empty() => {
                Err(error::blocked_for_security())
            }
            (
                Some(AccountTakeoverEventActionType::MfaRequired | AccountTakeoverEventActionType::MfaIfConfigured),
                Need::Nothing,
            ) => Ok(match factors().as_slice() {
                [] => Need::Nothing,
                [only] => Need::Prove(*only),
                several => Need::Choose(several.to_vec()),
            }),
            (_, need) => Ok(need),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_known_passwords_is_in_lower_case_and_has_no_blanks() {
        for line in KNOWN_PASSWORDS.lines() {
            assert!(!line.is_empty() && line == line.to_lowercase() && line == line.trim(), "{line:?}");
        }
        assert!(is_known_password("P@ssw0rd!") && is_known_password("password1!") && !is_known_password(""));
    }
}
