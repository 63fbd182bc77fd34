//! The engine behind every Update operation ("patch operations"): each entity lists the paths it has, the operations
//! each allows and what they do; the engine finds the rule or refuses in AWS's words.

use std::collections::BTreeMap;

use model_apigateway::{Op, PatchOperation};
use serde::de::DeserializeOwned;

use crate::entity::{FlagMap, TextMap};
use crate::error::{Result, bad_request, invalid_patch_path, not_found};

/// Most operations in one call.
const MAX_OPERATIONS: usize = 1000;

/// One path of an entity. `{}` stands for a part that the caller names, with `~1` for `/` and `~0` for `~`.
pub struct Rule<T: 'static> {
    /// `/requestParameters/{}`
    pub path: &'static str,
    /// What it allows.
    pub ops: &'static [Op],
    /// What happens.
    pub apply: fn(&mut T, &Change<'_>) -> Result<()>,
}

/// One operation of a call, at the rule that takes it.
pub struct Change<'a> {
    /// add, remove, replace.
    pub op: Op,
    /// As the caller wrote it.
    pub path: &'a str,
    /// What stands at the first `{}`, decoded; empty where the path has none.
    pub key: String,
    /// What stands at each `{}`, decoded.
    pub keys: Vec<String>,
    /// Whence, in a copy.
    pub from: Option<&'a str>,
    value: Option<&'a str>,
}

/// How an entity refuses a path; AWS has two ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `Invalid patch path /x`
    Short,
    /// With the operation and the paths it allows.
    Listing,
}

/// `replace` alone.
pub const REPLACE: &[Op] = &[Op::Replace];
/// `add`, `remove` and `replace`.
pub const EDIT: &[Op] = &[Op::Add, Op::Remove, Op::Replace];
/// `add` and `remove`.
pub const MEMBERS: &[Op] = &[Op::Add, Op::Remove];

impl Change<'_> {
    /// The value; absent and empty are alike where text may be cleared, and whatever is removed has none.
    pub fn text(&self) -> Option<String> {
        self.value.filter(|value| !value.is_empty() && self.op != Op::Remove).map(str::to_owned)
    }

    /// The value, which must be there.
    pub fn required(&self) -> Result<&str> {
        self.value.ok_or_else(|| bad_request(format_args!("Invalid null or empty value in {}", self.path)))
    }

    /// The value as true or false.
    pub fn flag(&self) -> Result<bool> {
        match self.required()? {
            value if value.eq_ignore_ascii_case("true") => Ok(true),
            value if value.eq_ignore_ascii_case("false") => Ok(false),
            value => Err(bad_request(format_args!("Invalid boolean value in {}: {value:.100}", self.path))),
        }
    }

    /// The value as a number.
    pub fn number(&self) -> Result<i32> {
        let value = self.required()?;
        value.parse().map_err(|_| bad_request(format_args!("Invalid number in {}: {value:.100}", self.path)))
    }

    /// Adds, replaces or removes the key in a map, or where the path has none, what the map holds.
    pub fn edit(&self, map: &mut TextMap) -> Result<()> {
        self.edit_map(map, || Ok(self.value.unwrap_or_default().to_owned()))
    }

    /// As [`Self::edit`], for parameters that are required or not; without a value one is not.
    pub fn edit_flags(&self, map: &mut FlagMap) -> Result<()> {
        self.edit_map(map, || Ok(self.text().is_some() && self.flag()?))
    }

    fn edit_map<V: DeserializeOwned>(
        &self,
        map: &mut BTreeMap<String, V>,
        value: impl FnOnce() -> Result<V>,
    ) -> Result<()> {
        if self.keys.is_empty() {
            return self.edit_whole(map);
        }
        if self.op == Op::Remove {
            let gone = map.remove(&self.key);
            return gone.map(drop).ok_or_else(|| not_found("Invalid parameter name specified"));
        }
        map.insert(self.key.clone(), value()?);
        Ok(())
    }

    /// A whole map: `{"a": "1"}` comes beside what was there or takes its place, or all goes.
    pub fn edit_whole<V: DeserializeOwned>(&self, map: &mut BTreeMap<String, V>) -> Result<()> {
        let given: BTreeMap<String, V> = if self.op == Op::Remove { BTreeMap::new() } else { self.json()? };
        if self.op != Op::Add {
            map.clear();
        }
        map.extend(given);
        Ok(())
    }

    /// The value as JSON.
    pub fn json<V: DeserializeOwned>(&self) -> Result<V> {
        let invalid = |_| bad_request(format_args!("Invalid value in {}, must be JSON of the right shape", self.path));
        serde_json::from_str(self.required()?).map_err(invalid)
    }

    /// Adds, replaces or removes text in a list. What is named is the key, or where the path has none the value, which
    /// alone stays when the list is replaced; a list that is removed without value is empty.
    pub fn edit_list(&self, list: &mut Vec<String>) -> Result<()> {
        if self.key.is_empty() && (self.op == Op::Replace || self.op == Op::Remove && self.value.is_none()) {
            list.clear();
            if self.op == Op::Remove {
                return Ok(());
            }
        }
        let item = if self.key.is_empty() { self.required()?.to_owned() } else { self.key.clone() };
        match (self.op, self.text()) {
            (Op::Remove, _) => list.retain(|known| *known != item),
            (Op::Replace, Some(new)) if !self.key.is_empty() => {
                list.retain(|known| *known != item && *known != new);
                list.push(new);
            }
            _ if list.contains(&item) => {}
            _ => list.push(item),
        }
        Ok(())
    }
}

/// Applies all operations to an entity, in order.
pub fn patch<T>(
    target: &mut T,
    rules: &[Rule<T>],
    refusal: Refusal,
    operations: Option<&[PatchOperation]>,
) -> Result<()> {
    let operations = operations.unwrap_or_default();
    if operations.len() > MAX_OPERATIONS {
        return Err(bad_request("Too many patch operations specified"));
    }
    for operation in operations {
        let (Some(op), Some(path)) = (operation.op, operation.path.as_deref()) else {
            return Err(bad_request("Invalid patch operation specified. It must have an op and a path"));
        };
        let mut fitting = rules.iter().filter(|rule| rule.ops.contains(&op));
        let hit = fitting.find_map(|rule| Some((rule, keys_of(rule.path, path)?)));
        let (rule, keys) = hit.ok_or_else(|| refuse(rules, refusal, op, path))?;
        let key = keys.first().cloned().unwrap_or_default();
        (rule.apply)(
            target,
            &Change { op, path, key, keys, from: operation.from.as_deref(), value: operation.value.as_deref() },
        )?;
    }
    Ok(())
}

/// Whether some rule takes the path.
pub fn has_path<T>(rules: &[Rule<T>], path: &str) -> bool {
    rules.iter().any(|rule| keys_of(rule.path, path).is_some())
}

fn refuse<T>(rules: &[Rule<T>], refusal: Refusal, op: Op, path: &str) -> aws_types::AwsError {
    if refusal == Refusal::Short {
        return invalid_patch_path(path);
    }
    let allowed: Vec<&str> = rules.iter().filter(|rule| rule.ops.contains(&op)).map(|rule| rule.path).collect();
    let op = op.as_str();
    let advice = if allowed.is_empty() {
        "Please choose supported operations".to_owned()
    } else {
        format!("Must be one of: [{}]", allowed.join(", "))
    };
    bad_request(format_args!("Invalid patch path  '{path}' specified for op '{op}'. {advice}"))
}

/// What stands at the pattern's `{}`s; `None` where the path is another.
fn keys_of(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut parts = path.split('/');
    for wanted in pattern.split('/') {
        let part = parts.next()?;
        if wanted == "{}" {
            (!part.is_empty()).then_some(())?;
            keys.push(part.replace("~1", "/").replace("~0", "~"));
        } else if wanted != part {
            return None;
        }
    }
    parts.next().is_none().then_some(keys)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct Thing {
        name: Option<String>,
        map: TextMap,
    }

    const RULES: &[Rule<Thing>] = &[
        Rule {
            path: "/name",
            ops: REPLACE,
            apply: |thing, change| {
                thing.name = change.text();
                Ok(())
            },
        },
        Rule { path: "/map/{}", ops: REPLACE, apply: |thing, change| change.edit(&mut thing.map) },
    ];

    fn operation(op: Op, path: &str, value: &str) -> PatchOperation {
        PatchOperation { op: Some(op), path: Some(path.to_owned()), value: Some(value.to_owned()), from: None }
    }

    fn refusal(refusal: Refusal, op: Op, path: &str) -> String {
        let error = patch(&mut Thing::default(), RULES, refusal, Some(&[operation(op, path, "x")])).unwrap_err();
        error.message.into_owned()
    }

    #[test]
    fn paths_are_refused_in_awss_words() {
        assert_eq!(
            refusal(Refusal::Listing, Op::Replace, "/x"),
            "Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name, /map/{}]"
        );
        assert_eq!(
            refusal(Refusal::Listing, Op::Add, "/name"),
            "Invalid patch path  '/name' specified for op 'add'. Please choose supported operations"
        );
        assert_eq!(refusal(Refusal::Short, Op::Replace, "/x"), "Invalid patch path /x");
    }

    #[test]
    fn keys_are_decoded() {
        let mut thing = Thing::default();
        let operations = [operation(Op::Replace, "/map/a~1b~01", "v"), operation(Op::Replace, "/name", "n")];
        patch(&mut thing, RULES, Refusal::Short, Some(&operations)).unwrap();
        assert_eq!(thing.map.get("a/b~1").map(String::as_str), Some("v"));
        assert_eq!(thing.name.as_deref(), Some("n"));
    }

    proptest! {
        #[test]
        fn any_path_is_taken_or_refused(path in ".{0,40}", value in ".{0,10}") {
            let mut thing = Thing::default();
            let result = patch(&mut thing, RULES, Refusal::Listing, Some(&[operation(Op::Replace, &path, &value)]));
            prop_assert_eq!(result.is_ok(), path == "/name" || !thing.map.is_empty());
        }
    }
}
