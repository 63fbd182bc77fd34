//! The scripts of the pages: files of this room, which a page's policy allows where it needs one. Everything else works
//! without.

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Posts an authorization response without a press of its button.
    Submit,
    /// Speaks to authenticators.
    Passkey,
}

impl Script {
    /// By its path.
    pub fn of(path: &str) -> Option<Self> {
        [Self::Submit, Self::Passkey].into_iter().find(|script| script.path() == path)
    }

    /// Its path on the domain.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Submit => "/submit.js",
            Self::Passkey => "/passkey.js",
        }
    }

    /// Its text.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Submit => include_str!("../templates/submit.js"),
            Self::Passkey => include_str!("../templates/passkey.js"),
        }
    }
}
