//! From the model's names to Rust's, by rule.

use std::collections::{BTreeMap, BTreeSet};

/// Names that the generated files use for something else.
const TAKEN: [&str; 23] = [
    "BTreeMap",
    "Blob",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Err",
    "Fields",
    "FromWire",
    "IntoWire",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "String",
    "Timestamp",
    "Value",
    "Vec",
    "WireError",
    "MODEL",
];

const KEYWORDS: [&str; 38] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "ref", "return", "static", "struct", "trait", "type", "use", "where",
];

/// Words of a name: `SSEKMSKeyId` is `SSEKMS`, `Key`, `Id`; `rest_api-id` is `rest`, `api`, `id`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|i| letters.get(i)).copied().unwrap_or('_');
        let after = letters.get(at + 1).copied().unwrap_or('_');
        if !letter.is_ascii_alphanumeric() || begins_word(before, letter, after) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_ascii_alphanumeric()) {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn begins_word(before: char, letter: char, after: char) -> bool {
    letter.is_ascii_uppercase()
        && (before.is_ascii_lowercase()
            || (after.is_ascii_lowercase() && (before.is_ascii_uppercase() || before.is_ascii_digit())))
}

/// `ClientId` to `client_id`.
pub fn snake(name: &str) -> String {
    words(name).join("_").to_ascii_lowercase()
}

/// `NotAuthorizedException` to `NOT_AUTHORIZED_EXCEPTION`.
pub fn screaming(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// `USER_SRP_AUTH` to `UserSrpAuth`; words that mix cases keep their letters.
pub fn camel(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    let rest: String = letters.collect();
    let shouted = !rest.chars().any(|c| c.is_ascii_lowercase());
    first.into_iter().collect::<String>() + &if shouted { rest.to_ascii_lowercase() } else { rest }
}

/// Name of a structure's or enumeration's type: the shape's, begun with a capital.
pub fn type_name(shape: &str) -> String {
    let letters: String = shape.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut chars = letters.chars();
    let name: String = chars.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(chars).collect();
    if TAKEN.contains(&name.as_str()) { format!("{name}Shape") } else { name }
}

/// Name of a member's field.
pub fn field(member: &str) -> String {
    let name = snake(member);
    if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else if ["self", "super", "crate"].contains(&name.as_str()) || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// Name of an enumeration's variant.
pub fn variant(value: &str) -> String {
    let name = camel(&value.replace('*', "-All"));
    match name.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "Self_".to_owned(),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

/// Names each item; where two would get one name the later ones are numbered.
pub fn unique<'a>(
    items: impl IntoIterator<Item = &'a String>,
    name: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let sorted: BTreeSet<&String> = items.into_iter().collect();
    let mut named = BTreeMap::new();
    for item in sorted {
        let wanted = name(item);
        let numbered = (2..).map(|n: u32| format!("{wanted}{n}"));
        if let Some(free) = std::iter::once(wanted.clone()).chain(numbered).find(|n| !taken.contains(n)) {
            taken.insert(free.clone());
            named.insert(item.clone(), free);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rust() {
        for (from, to) in [
            ("ClientId", "client_id"),
            ("SSEKMSKeyId", "ssekms_key_id"),
            ("restApiId", "rest_api_id"),
            ("ChecksumCRC32C", "checksum_crc32c"),
            ("S3Key", "s3_key"),
            ("type", "type"),
        ] {
            assert_eq!(snake(from), to);
        }
        assert_eq!(field("Type"), "r#type");
        assert_eq!(screaming("NotAuthorizedException"), "NOT_AUTHORIZED_EXCEPTION");
        assert_eq!(type_name("__listOfCors"), "ListOfCors");
        assert_eq!(type_name("Timestamp"), "TimestampShape");
    }

    #[test]
    fn variants_follow_rust() {
        for (from, to) in [
            ("USER_SRP_AUTH", "UserSrpAuth"),
            ("aws:kms", "AwsKms"),
            ("us-east-1", "UsEast1"),
            ("CloudWatchLogs", "CloudWatchLogs"),
            ("s3:ObjectCreated:*", "S3ObjectCreatedAll"),
            ("0.5", "V05"),
            ("", "Empty"),
        ] {
            assert_eq!(variant(from), to);
        }
    }

    #[test]
    fn equal_names_are_numbered_in_order() {
        let items = ["a-b".to_owned(), "a_b".to_owned(), "a.b".to_owned()];
        let named = unique(&items, variant);
        let pairs: Vec<_> = named.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("a-b", "AB"), ("a.b", "AB2"), ("a_b", "AB3")]);
    }
}
