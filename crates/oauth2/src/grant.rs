//! Response types, grant types, prompts.

use crate::error::{Error, ErrorCode};

/// `response_type` of the authorize endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// Authorization code grant.
    Code,
    /// Implicit grant: tokens in the fragment.
    Token,
}

impl ResponseType {
    /// Takes `code` or `token`. Combinations (the hybrid flow) are unknown to user pools.
    ///
    /// # Errors
    /// `invalid_request`, which AWS uses for a missing and for an unknown type alike.
    pub fn parse(value: Option<&str>) -> Result<Self, Error> {
        match value {
            Some("code") => Ok(Self::Code),
            Some("token") => Ok(Self::Token),
            Some(_) => Err(Error::invalid_request("unknown response_type")),
            None => Err(Error::invalid_request("response_type is missing")),
        }
    }

    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "token",
        }
    }

    /// The member of a client's `AllowedOAuthFlows` that this needs.
    pub const fn flow(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "implicit",
        }
    }
}

/// `grant_type` of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// A code for tokens.
    AuthorizationCode,
    /// A refresh token for tokens.
    RefreshToken,
    /// The client for itself.
    ClientCredentials,
}

impl GrantType {
    /// By its exact name.
    ///
    /// # Errors
    /// `invalid_request` where it is missing, `unsupported_grant_type` where it is another.
    pub fn parse(value: Option<&str>) -> Result<Self, Error> {
        match value {
            Some("authorization_code") => Ok(Self::AuthorizationCode),
            Some("refresh_token") => Ok(Self::RefreshToken),
            Some("client_credentials") => Ok(Self::ClientCredentials),
            Some(_) => Err(Error::new(ErrorCode::UnsupportedGrantType, "unknown grant_type")),
            None => Err(Error::invalid_request("grant_type is missing")),
        }
    }

    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// One value of `prompt` (OpenID Connect Core 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// No page may be shown: sign in by session or not at all.
    None,
    /// Sign in anew even with a session.
    Login,
    /// Let the user choose an account.
    SelectAccount,
    /// Ask for consent.
    Consent,
}

/// All values of `prompt`. Empty where the parameter is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompts(Vec<Prompt>);

impl Prompts {
    /// Reads values that are separated by blanks.
    ///
    /// # Errors
    /// `invalid_request` for unknown values, and for `none` beside another one.
    pub fn parse(value: Option<&str>) -> Result<Self, Error> {
        let mut prompts = Vec::new();
        for word in value.unwrap_or_default().split(' ').filter(|word| !word.is_empty()) {
            let prompt = match word {
                "none" => Prompt::None,
                "login" => Prompt::Login,
                "select_account" => Prompt::SelectAccount,
                "consent" => Prompt::Consent,
                _ => return Err(Error::invalid_request("unknown prompt")),
            };
            if !prompts.contains(&prompt) {
                prompts.push(prompt);
            }
        }
        if prompts.contains(&Prompt::None) && prompts.len() > 1 {
            return Err(Error::invalid_request("prompt none stands alone"));
        }
        Ok(Self(prompts))
    }

    /// Whether it is asked for.
    pub fn contains(&self, prompt: Prompt) -> bool {
        self.0.contains(&prompt)
    }
}
