//! What GetSdk is told besides the type. Callers choose these; they become names of packages, files and types.

use std::collections::BTreeMap;

use crate::error::{Result, bad_request};

/// Longest value of a parameter, in bytes.
const MAX_VALUE: usize = 256;
/// Longest licence, in bytes.
const MAX_LICENCE: usize = 16 * 1024;

/// The parameters of one call.
pub struct Parameters<'p>(pub &'p BTreeMap<String, String>);

impl Parameters<'_> {
    /// A parameter that may be absent. The names of the API reference are taken, too.
    pub fn find(&self, name: &str) -> Option<&str> {
        let alias = match name {
            "service.name" => "serviceName",
            "java.package-name" => "javaPackageName",
            _ => name,
        };
        let found = self.0.get(name).or_else(|| self.0.get(alias));
        found.map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str> {
        // (own)
        self.find(name).ok_or_else(|| bad_request(format_args!("Required parameter {name} not specified")))
    }

    /// The prefix of classes: an identifier.
    pub fn prefix(&self, name: &str) -> Result<&str> {
        let value = self.required(name)?;
        if is_identifier(value) { Ok(value) } else { Err(invalid(name)) }
    }

    /// A name that a type's name is made of: it has a letter.
    pub fn service(&self, name: &str) -> Result<&str> {
        let value = self.required(name)?;
        let good = value.len() <= MAX_VALUE && value.starts_with(|c: char| c.is_ascii_alphabetic());
        if good { Ok(value) } else { Err(invalid(name)) }
    }

    /// A Java package: identifiers with dots between them, none a keyword.
    pub fn package(&self, name: &str) -> Result<&str> {
        let value = self.required(name)?;
        let good = value.len() <= MAX_VALUE
            && value.split('.').all(|part| is_identifier(part) && !super::java::is_keyword(part));
        if good { Ok(value) } else { Err(invalid(name)) }
    }

    /// A coordinate of Maven or of a gem that must be there.
    pub fn coordinate(&self, name: &str) -> Result<&str> {
        self.required(name)?;
        self.coordinate_or(name, "")
    }

    /// A coordinate or its default: letters, digits, dots, hyphens and underscores, begun by a letter or digit.
    pub fn coordinate_or<'a>(&'a self, name: &str, default: &'a str) -> Result<&'a str> {
        let Some(value) = self.find(name) else { return Ok(default) };
        let good = value.len() <= MAX_VALUE
            && value.starts_with(|c: char| c.is_ascii_alphanumeric())
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            && !value.contains("..")
            && !value.contains("__");
        if good { Ok(value) } else { Err(invalid(name)) }
    }

    /// A licence as Java's comments. A backslash could begin a character that ends one, so it is doubled.
    pub fn licence(&self, name: &str) -> Result<String> {
        let text = self.find(name).unwrap_or_default();
        if text.len() > MAX_LICENCE {
            return Err(invalid(name));
        }
        let lines = text.split(['\n', '\r']);
        let clean = |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>().replace('\\', "\\\\");
        let lines = lines.map(|line| format!("// {}\n", clean(line)));
        Ok(if text.is_empty() { String::new() } else { lines.chain(["\n".to_owned()]).collect() })
    }

    /// One of several words.
    pub fn choice(&self, name: &str, choices: &[&'static str], default: &'static str) -> Result<&'static str> {
        let Some(value) = self.find(name) else { return Ok(default) };
        let found = choices.iter().find(|choice| choice.eq_ignore_ascii_case(value));
        found.copied().ok_or_else(|| invalid(name))
    }
}

/// The value of a parameter cannot be used. (own)
fn invalid(name: &str) -> aws_types::AwsError {
    bad_request(format_args!("Invalid value specified for parameter {name}"))
}

fn is_identifier(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        // Two strokes mark what templates are filled with.
        && !text.contains("__")
}
