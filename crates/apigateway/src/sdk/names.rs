//! Identifiers out of names that others chose: ASCII letters and digits, begun by a letter, no two alike.

use std::collections::{BTreeMap, BTreeSet};

/// Longest identifier made of a name: paths of archives have bounds, too.
const MAX_NAME: usize = 100;

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// `PetId` of `petId`: an identifier's first letter made large, the rest as it is.
pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// `PetId` of `pet-id`.
pub fn pascal(name: &str) -> String {
    let mut joined: String = words(name).map(capital).collect();
    joined.truncate(MAX_NAME);
    match joined.chars().next() {
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("X{joined}"),
        Some(_) => joined,
    }
}

/// `petId` of `pet-id`.
pub fn camel(name: &str) -> String {
    let mut joined = pascal(name);
    if let Some(first) = joined.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    joined
}

/// `pet_id` of `pet-id` and of `PetId`, `get_ab_op` of `GetABOp`.
pub fn snake(name: &str) -> String {
    let name = pascal(name);
    let letters: Vec<char> = name.chars().collect();
    let mut joined = String::with_capacity(name.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase));
        if begins {
            joined.push('_');
        }
        joined.push(letter.to_ascii_lowercase());
    }
    joined
}

/// `petsPetIdGet` of GET /pets/{petId}; `rootGet` of GET /.
pub fn path_and_verb(path: &str, verb: &str) -> String {
    let path = if words(path).next().is_none() { "root" } else { path };
    camel(&format!("{path} {}", verb.to_ascii_lowercase()))
}

/// `GetPetsPetId` of GET /pets/{petId}; `GetApiRoot` of GET /.
pub fn verb_and_path(path: &str, verb: &str) -> String {
    let path = if words(path).next().is_none() { "ApiRoot" } else { path };
    pascal(&format!("{} {path}", verb.to_ascii_lowercase()))
}

/// Names that stand side by side. Those that differ in case only are alike: they name files, too.
pub struct Scope {
    /// What is taken, in small letters, and how many wanted it.
    taken: BTreeMap<String, usize>,
    reserved: BTreeSet<String>,
    accessors: Accessors,
}

/// Whether a name brings `getName` and `setName` along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Accessors {
    /// It does.
    Made,
    /// It does not.
    None,
}

impl Scope {
    /// With names that are not to be given.
    pub fn new(accessors: Accessors, reserved: &[&[&str]]) -> Scope {
        let reserved = reserved.iter().flat_map(|names| names.iter()).map(|name| name.to_ascii_lowercase());
        Scope { taken: BTreeMap::new(), reserved: reserved.collect(), accessors }
    }

    /// The name; with a stroke after it if it is reserved, with a number if it is taken.
    pub fn take(&mut self, wanted: &str) -> String {
        let stroke = if self.reserved.contains(&wanted.to_ascii_lowercase()) { "_" } else { "" };
        let wanted = format!("{wanted}{stroke}");
        let mut number = self.taken.get(&wanted.to_ascii_lowercase()).copied().unwrap_or(0);
        loop {
            number += 1;
            let name = if number == 1 { wanted.clone() } else { format!("{wanted}{number}") };
            let mut keys = vec![name.to_ascii_lowercase()];
            if self.accessors == Accessors::Made {
                keys.extend(["get", "set"].map(|prefix| format!("{prefix}{name}").to_ascii_lowercase()));
            }
            if keys.iter().all(|key| !self.taken.contains_key(key)) {
                keys.into_iter().for_each(|key| {
                    self.taken.entry(key).or_insert(1);
                });
                self.taken.insert(wanted.to_ascii_lowercase(), number);
                return name;
            }
        }
    }
}
