//! Policies that a simulation leaves out (IAM API reference, "PolicyIdentifier").

use aws_types::Arn;
use model_iam::types::{
    AttachmentType, InlinePolicyIdentifierType, PolicyIdentifier, PolicyIdentifierPolicyType, PolicySourceType,
};

use crate::compile::{Origin, Source};
use crate::error::{Result, invalid_input};

/// What is left out.
pub struct Excluded(Vec<One>);

enum One {
    Kind(PolicyIdentifierPolicyType),
    Arn(String),
    Inline(InlinePolicyIdentifierType),
}

impl Excluded {
    /// Reads a request's list.
    ///
    /// # Errors
    /// `InvalidInput` for what is no identifier.
    pub fn read(list: Option<Vec<PolicyIdentifier>>) -> Result<Self> {
        list.unwrap_or_default().into_iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// Whether a policy is left out.
    pub fn has(&self, source: &Source) -> bool {
        self.0.iter().any(|one| one.is(source))
    }

    /// Whether the principal's boundary is.
    pub fn has_boundary(&self) -> bool {
        self.0.iter().any(|one| matches!(one, One::Kind(PolicyIdentifierPolicyType::PermissionBoundary)))
    }
}

fn read(given: PolicyIdentifier) -> Result<One> {
    match (given.policy_type, given.policy_arn, given.inline_policy_identifier) {
        (Some(kind), None, None) => Ok(One::Kind(kind)),
        (None, Some(arn), None) if is_policy(&arn) => Ok(One::Arn(arn)),
        (None, Some(arn), None) => Err(invalid_input(format_args!("Invalid policy identifier: {arn}"))), // own
        (None, None, Some(inline)) if stars(&inline.attachment_name) <= 1 => Ok(One::Inline(inline)),
        _ => Err(invalid_input("Invalid policy identifier.")), // own
    }
}

/// Whether a text is a policy's ARN with wildcards, if any, in its name alone.
fn is_policy(text: &str) -> bool {
    let Some(arn) = Arn::parse(text).filter(|arn| arn.service == "iam" && arn.resource.starts_with("policy/")) else {
        return false;
    };
    let path = arn.resource.rsplit_once('/').map_or("", |(path, _)| path);
    let before = text.strip_suffix(arn.resource.as_str()).unwrap_or(text);
    !before.contains(['*', '?']) && !path.contains(['*', '?']) && stars(text) <= 1
}

fn stars(text: &str) -> usize {
    text.matches('*').count()
}

impl One {
    fn is(&self, source: &Source) -> bool {
        match (self, &source.origin) {
            (_, Origin::Given) => false,
            (Self::Kind(PolicyIdentifierPolicyType::Inline), origin) => matches!(origin, Origin::Inline { .. }),
            (Self::Kind(PolicyIdentifierPolicyType::AwsManaged), _) => source.kind == PolicySourceType::AwsManaged,
            (Self::Kind(PolicyIdentifierPolicyType::UserManaged), _) => source.kind == PolicySourceType::UserManaged,
            (Self::Kind(_), _) => false,
            (Self::Arn(pattern), Origin::Attached(arn)) => fits(pattern, arn),
            (Self::Inline(wanted), Origin::Inline { name, holder }) => {
                wanted.policy_name == *name
                    && is_of(wanted.attachment_type, source.kind)
                    && fits(&wanted.attachment_name, holder)
            }
            _ => false,
        }
    }
}

fn is_of(wanted: AttachmentType, kind: PolicySourceType) -> bool {
    matches!(
        (wanted, kind),
        (AttachmentType::User, PolicySourceType::User)
            | (AttachmentType::Group, PolicySourceType::Group)
            | (AttachmentType::Role, PolicySourceType::Role)
    )
}

/// Whether a text fits a pattern of at most one `*` and any number of `?`.
fn fits(pattern: &str, text: &str) -> bool {
    let same = |(wanted, given): (char, char)| wanted == '?' || wanted == given;
    let length = text.chars().count();
    match pattern.split_once('*') {
        None => pattern.chars().count() == length && pattern.chars().zip(text.chars()).all(same),
        Some((head, tail)) => {
            head.chars().count() + tail.chars().count() <= length
                && head.chars().zip(text.chars()).all(same)
                && tail.chars().rev().zip(text.chars().rev()).all(same)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, fit) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("a?c", "axc", true),
            ("a*", "a", true),
            ("a*c", "ac", true),
            ("a*c", "abbc", true),
            ("ab*bc", "abc", false),
            ("*", "", true),
            ("?*", "", false),
        ] {
            assert_eq!(fits(pattern, text), fit, "{pattern} {text}");
        }
    }

    #[test]
    fn wildcards_stand_in_names_of_policies_alone() {
        for (arn, good) in [
            ("arn:aws:iam::123456789012:policy/a/b*", true),
            ("arn:aws:iam::aws:policy/Amazon??Full*", true),
            ("arn:aws:iam::*:policy/a", false),
            ("arn:aws:iam::123456789012:policy/*/b", false),
            ("arn:aws:iam::123456789012:policy/a*b*", false),
            ("arn:aws:iam::123456789012:role/a", false),
            ("nothing", false),
        ] {
            assert_eq!(is_policy(arn), good, "{arn}");
        }
    }
}
