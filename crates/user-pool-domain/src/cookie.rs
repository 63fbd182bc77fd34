//! Cookies of the pages.
//!
//! `__Host-` (RFC 6265bis 4.1.3.2) makes the browser take the cookie from this very host only, with `Secure`, `Path=/`
//! and no `Domain`, so a neighbour under the same parent cannot plant one. Browsers count `http://localhost` and
//! `http://*.localhost` as trustworthy, so the development server works over plain HTTP there too.
//! `SameSite=Lax`: the cookie comes along when a link elsewhere leads to `/oauth2/authorize`, never with a foreign POST.

use http::HeaderMap;
use http::header::COOKIE;

/// Cognito's name for the CSRF cookie; scripts that sign in by form look for it.
pub const XSRF_TOKEN: &str = "XSRF-TOKEN";
/// The session lives one hour (guide, "Managed login session cookie").
pub const SESSION_AGE_S: u32 = 3600;
/// A remembered device is forgotten by the browser after 400 days, the most that browsers keep a cookie.
pub const DEVICE_AGE_S: u32 = 400 * 86_400;
/// The longest session id that is looked up.
pub const MAX_SESSION_ID: usize = 512;

/// Names that depend on the domain.
pub struct CookieNames {
    /// The browser session; Cognito's `cognito`.
    pub session: String,
    /// The state of a flow between two pages.
    pub flow: String,
    /// A browser that is remembered as a device.
    pub device: String,
}

impl CookieNames {
    /// Where the path names the domain, several pools live on one host, and their cookies must not collide.
    pub fn new(base: &str, domain: &str) -> Self {
        let suffix = if base.is_empty() { String::new() } else { format!(".{domain}") };
        Self {
            session: format!("__Host-cognito{suffix}"),
            flow: format!("__Host-cognito-flow{suffix}"),
            device: format!("__Host-cognito-device{suffix}"),
        }
    }
}

/// The value of the one cookie of that name. Two different values mean that somebody meddles: then there is none.
pub fn read<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

/// `Set-Cookie` for a value of cookie letters. `max_age_s` is left out for a cookie that ends with the browser.
pub fn set(name: &str, value: &str, max_age_s: Option<u32>) -> String {
    let age = max_age_s.map(|age| format!("; Max-Age={age}")).unwrap_or_default();
    format!("{name}={value}; Path=/{age}; Secure; HttpOnly; SameSite=Lax")
}

/// `Set-Cookie` that takes it away.
pub fn clear(name: &str) -> String {
    set(name, "", Some(0))
}
