//! Parameters of a query or of an `application/x-www-form-urlencoded` body, read strictly.

use percent_encoding::percent_decode;

use crate::error::Error;

/// The most bytes of a query or body.
pub const MAX_PARAMS_BYTES: usize = 64 * 1024;
/// The most parameters.
pub const MAX_PARAMS: usize = 100;

/// Why a text is no parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// Over [`MAX_PARAMS_BYTES`] or [`MAX_PARAMS`].
    #[error("too many parameters or too long")]
    TooLarge,
    /// A percent sign without two hexadecimal digits.
    #[error("broken percent-encoding")]
    Encoding,
    /// Decoded bytes that are no UTF-8.
    #[error("a parameter is no UTF-8")]
    Utf8,
}

impl From<ParamsError> for Error {
    fn from(error: ParamsError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// A parameter stands twice (RFC 6749 3.1: request parameters must not be included more than once).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameter {name} stands more than once")]
pub struct Duplicate {
    /// Which.
    pub name: String,
}

impl From<Duplicate> for Error {
    fn from(error: Duplicate) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// Decoded parameters in their order. There is no `Debug`: they hold passwords, codes and tokens.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a raw query (without the question mark) or a form body.
    ///
    /// # Errors
    /// [`ParamsError`], which becomes `invalid_request`.
    pub fn parse(raw: &[u8]) -> Result<Self, ParamsError> {
        if raw.len() > MAX_PARAMS_BYTES {
            return Err(ParamsError::TooLarge);
        }
        let mut params = Vec::new();
        for pair in raw.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            if params.len() >= MAX_PARAMS {
                return Err(ParamsError::TooLarge);
            }
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            params.push((name, value));
        }
        Ok(Self(params))
    }

    /// The value of a parameter that must not stand twice. One without a value counts as omitted (RFC 6749 3.1).
    ///
    /// # Errors
    /// [`Duplicate`], which becomes `invalid_request`.
    pub fn once(&self, name: &str) -> Result<Option<&str>, Duplicate> {
        Ok(self.once_or_empty(name)?.filter(|value| !value.is_empty()))
    }

    /// [`Params::once`], but an empty value is a value: for form fields.
    ///
    /// # Errors
    /// [`Duplicate`].
    pub fn once_or_empty(&self, name: &str) -> Result<Option<&str>, Duplicate> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() { Err(Duplicate { name: name.to_owned() }) } else { Ok(first) }
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` where it is missing, empty or stands twice.
    pub fn required(&self, name: &str) -> Result<&str, Error> {
        self.once(name)?.ok_or_else(|| Error::invalid_request(format!("the parameter {name} is missing")))
    }

    /// All values of a parameter that may stand several times (`resource` of RFC 8707).
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a request in which any parameter stands twice.
    ///
    /// # Errors
    /// [`Duplicate`] of the first one.
    pub fn refuse_duplicates(&self) -> Result<(), Duplicate> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b);
        twice.map_or(Ok(()), |(name, _)| Err(Duplicate { name: (*name).to_owned() }))
    }

    /// Names and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Decodes `+` and `%XX`; what is broken is refused, not passed on.
fn decode(raw: &[u8]) -> Result<String, ParamsError> {
    if !is_percent_encoded(raw) {
        return Err(ParamsError::Encoding);
    }
    let blanks: Vec<u8> = raw.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    String::from_utf8(percent_decode(&blanks).collect()).map_err(|_| ParamsError::Utf8)
}

/// Whether every percent sign is followed by two hexadecimal digits.
pub fn is_percent_encoded(raw: &[u8]) -> bool {
    raw.split(|b| *b == b'%')
        .skip(1)
        .all(|rest| matches!(rest, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()))
}
