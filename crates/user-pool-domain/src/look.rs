//! How the pages of a client look: the style sheet and logo of the classic hosted UI, or the settings and images of a
//! managed login branding (guide, "Customizing hosted UI", "Apply branding to managed login pages").
//!
//! What comes in was checked when it was stored; colours, numbers and names are read once more here, so that whatever
//! lies in a store cannot leave the style sheet.

mod managed;

use std::collections::BTreeSet;
use std::fmt::Write as _;

pub use managed::Mode;

/// A style. `{assets}` in its sheet stands for the address of its pictures.
#[derive(Debug, Default)]
pub struct Look {
    /// Whose: a client's id, or `ALL`.
    pub id: String,
    /// Follows the pages' own sheet; empty for nothing.
    pub(crate) css: String,
    /// The picture above the form.
    pub(crate) logo: Option<String>,
    /// The picture of the browser's tab.
    pub(crate) icon: Option<String>,
    /// The bar above all.
    pub(crate) header: Option<Bar>,
    /// The bar below all.
    pub(crate) footer: Option<Bar>,
    /// Names of the pictures there are.
    pub(crate) pictures: BTreeSet<String>,
    /// Changes with every change of the style: browsers keep pictures.
    pub(crate) version: String,
}

/// A bar across the page.
#[derive(Debug)]
pub(crate) struct Bar {
    /// Its picture; without one the header has the pool's name.
    pub logo: Option<String>,
}

/// The classic logo's name.
pub const LOGO: &str = "LOGO";

impl Look {
    /// The classic hosted UI: a checked style sheet and whether there is a logo.
    pub fn classic(id: &str, version: &str, css: Option<&str>, logo: Option<()>) -> Self {
        let css = css.filter(|css| !css.contains(['<', '>', '\\', '@'])).unwrap_or_default();
        Self {
            id: id.to_owned(),
            css: css.to_owned(),
            logo: logo.map(|()| LOGO.to_owned()),
            icon: None,
            header: None,
            footer: None,
            pictures: logo.map(|()| LOGO.to_owned()).into_iter().collect(),
            version: version.to_owned(),
        }
    }

    /// The pages as they are without a style.
    pub fn plain(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// A managed login branding: its settings over their defaults, and the names of its images
    /// (`PAGE_BACKGROUND-LIGHT`).
    pub fn managed(id: &str, version: &str, settings: &serde_json::Value, pictures: BTreeSet<String>) -> Self {
        managed::look(id, version, settings, pictures)
    }

    /// Where one of its pictures is, below the domain's base.
    pub(crate) fn address(&self, name: &str) -> String {
        let mut address = format!("/assets/{}/{name}", self.id);
        // writing into a String cannot fail
        let _ = write!(address, "?v={}", self.version);
        address
    }
}
