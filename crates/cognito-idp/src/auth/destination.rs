//! Where a code goes, and how much of that is shown.

use model_cognito_idp::types::{CodeDeliveryDetailsType, DeliveryMediumType};
use world::Channel;

/// An address of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// `email` or `phone_number`.
    pub attribute: &'static str,
    /// The address.
    pub value: String,
}

impl Destination {
    /// How a message to it travels.
    pub fn channel(&self) -> Channel {
        channel(self.attribute)
    }

    /// As the API shows it: masked.
    pub fn details(&self) -> CodeDeliveryDetailsType {
        CodeDeliveryDetailsType {
            destination: Some(mask(self.attribute, &self.value)),
            delivery_medium: Some(medium(self.channel())),
            attribute_name: Some(self.attribute.to_owned()),
        }
    }
}

/// How messages to an attribute travel.
pub fn channel(attribute: &str) -> Channel {
    if attribute == "phone_number" { Channel::Sms } else { Channel::Email }
}

fn medium(channel: Channel) -> DeliveryMediumType {
    match channel {
        Channel::Sms => DeliveryMediumType::Sms,
        Channel::Email => DeliveryMediumType::Email,
    }
}

/// `t***@e***`; `+*******1234`.
pub fn mask(attribute: &str, value: &str) -> String {
    if attribute == "phone_number" { mask_phone(value) } else { mask_email(value) }
}

fn mask_email(value: &str) -> String {
    let (local, domain) = value.split_once('@').unwrap_or((value, ""));
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    format!("{}***@{}***", first(local), first(domain))
}

fn mask_phone(value: &str) -> String {
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    let hidden = digits.len().saturating_sub(4);
    let shown: String = digits.iter().skip(hidden).collect();
    format!("+{}{shown}", "*".repeat(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_aws() {
        assert_eq!(mask("email", "test@tester.com"), "t***@t***");
        assert_eq!(mask("email", "broken"), "b***@***");
        assert_eq!(mask("phone_number", "+12345679934"), "+*******9934");
        assert_eq!(mask("phone_number", "+123456784114"), "+********4114");
        assert_eq!(mask("phone_number", "+12"), "+12");
    }
}
