//! Whether a body is what a schema says.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::equal::canonical;
use super::message::{list, not_in_enum, short, shown, wrong_type};
use super::{Additional, ArrayRules, Dependency, Items, Node, NumberRules, ObjectRules, Primitive, Schema, TextRules};

/// Schema objects put to values, in one judgement.
const MAX_STEPS: usize = 2_000_000;
/// How deep schemas may lead; a body itself is at most 128 deep.
const MAX_DEPTH: usize = 256;
/// Most sentences.
const MAX_COMPLAINTS: usize = 16;

impl Schema {
    /// What is wrong with a body; nothing where it fits.
    pub fn complaints(&self, body: &Value) -> Vec<String> {
        let mut judge = Judge { nodes: &self.nodes, steps: 0, exhausted: false };
        let mut found = Found::default();
        judge.node(self.root, body, 0, &mut found);
        if judge.exhausted {
            return vec!["instance is too complex for its schema".to_owned()];
        }
        found.0
    }
}

#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn add(&mut self, complaint: impl FnOnce() -> String) {
        if self.0.len() < MAX_COMPLAINTS {
            self.0.push(complaint());
        }
    }

    fn unless(&mut self, good: bool, complaint: impl FnOnce() -> String) {
        if !good {
            self.add(complaint);
        }
    }
}

struct Judge<'a> {
    nodes: &'a [Node],
    steps: usize,
    exhausted: bool,
}

impl Judge<'_> {
    fn fits(&mut self, node: usize, value: &Value, depth: usize) -> bool {
        let mut found = Found::default();
        self.node(node, value, depth, &mut found);
        found.0.is_empty()
    }

    fn node(&mut self, node: usize, value: &Value, depth: usize, found: &mut Found) {
        self.steps += 1;
        if self.steps > MAX_STEPS || depth > MAX_DEPTH {
            self.exhausted = true;
        }
        if self.exhausted {
            return;
        }
        let nodes = self.nodes;
        let Some(node) = nodes.get(node) else { return };
        if let Some(reference) = node.reference {
            return self.node(reference, value, depth + 1, found);
        }
        let kind = Primitive::of(value);
        let allowed =
            |wanted: &Primitive| *wanted == kind || (*wanted == Primitive::Number && kind == Primitive::Integer);
        found.unless(node.types.is_empty() || node.types.iter().any(allowed), || wrong_type(kind, &node.types));
        if let Some(values) = &node.one_of_values {
            self.steps += values.len();
            let wanted = canonical(value);
            found.unless(values.iter().any(|known| canonical(known) == wanted), || not_in_enum(value, values));
        }
        match value {
            Value::Number(number) => numbers(&node.number, number, found),
            Value::String(text) => texts(&node.text, text, found),
            Value::Array(items) => self.array(&node.array, items, depth, found),
            Value::Object(members) => self.object(&node.object, members, depth, found),
            Value::Null | Value::Bool(_) => {}
        }
        self.combined(node, value, depth, found);
    }

    fn combined(&mut self, node: &Node, value: &Value, depth: usize, found: &mut Found) {
        let mut matching = |all: &[usize]| all.iter().filter(|schema| self.fits(**schema, value, depth + 1)).count();
        let total = node.all_of.len();
        let matched = matching(&node.all_of);
        found.unless(matched == total, || {
            format!("instance failed to match all required schemas (matched only {matched} out of {total})")
        });
        let total = node.any_of.len();
        found.unless(total == 0 || matching(&node.any_of) > 0, || {
            format!("instance failed to match at least one required schema among {total}")
        });
        let total = node.one_of.len();
        let matched = matching(&node.one_of);
        found.unless(total == 0 || matched == 1, || {
            format!("instance failed to match exactly one schema (matched {matched} out of {total})")
        });
        if let Some(not) = node.not {
            found.unless(matching(&[not]) == 0, || "instance matched a schema which it should not have".to_owned());
        }
    }

    fn array(&mut self, rules: &ArrayRules, items: &[Value], depth: usize, found: &mut Found) {
        let len = items.len() as u64;
        if let Some(max) = rules.max_items {
            found.unless(len <= max, || {
                format!("array is too long: must have at most {max} elements but instance has {len} elements")
            });
        }
        if let Some(min) = rules.min_items {
            found.unless(len >= min, || {
                format!("array is too short: must have at least {min} elements but instance has {len} elements")
            });
        }
        if rules.unique {
            self.steps += items.len();
            let mut seen = HashSet::new();
            found.unless(items.iter().all(|item| seen.insert(canonical(item))), || {
                "array must not contain duplicate elements".to_owned()
            });
        }
        match &rules.items {
            Items::Any => {}
            Items::Each(schema) => items.iter().for_each(|item| self.node(*schema, item, depth + 1, found)),
            Items::Tuple(tuple, additional) => {
                for (schema, item) in tuple.iter().zip(items) {
                    self.node(*schema, item, depth + 1, found);
                }
                let mut rest = items.iter().skip(tuple.len());
                match additional {
                    Additional::Any => {}
                    Additional::None => found.unless(rest.next().is_none(), || {
                        let allowed = tuple.len();
                        format!("array has too many elements (found {len} but schema allows at most {allowed})")
                    }),
                    Additional::Each(schema) => rest.for_each(|item| self.node(*schema, item, depth + 1, found)),
                }
            }
        }
    }

    fn object(&mut self, rules: &ObjectRules, members: &Map<String, Value>, depth: usize, found: &mut Found) {
        sizes(rules, members, found);
        let mut unknown: Vec<&str> = Vec::new();
        for (name, value) in members {
            let mut known = false;
            if let Some(schema) = rules.properties.get(name) {
                known = true;
                self.node(*schema, value, depth + 1, found);
            }
            for (_, schema) in rules.patterns.iter().filter(|(pattern, _)| pattern.is_match(name)) {
                known = true;
                self.node(*schema, value, depth + 1, found);
            }
            match rules.additional {
                _ if known => {}
                Additional::Any => {}
                Additional::None => unknown.push(name),
                Additional::Each(schema) => self.node(schema, value, depth + 1, found),
            }
        }
        found.unless(unknown.is_empty(), || {
            format!("object instance has properties which are not allowed by the schema: {}", list(unknown))
        });
        for (name, dependency) in rules.dependencies.iter().filter(|(name, _)| members.contains_key(name)) {
            match dependency {
                Dependency::Names(names) => {
                    let missing = names.iter().filter(|name| !members.contains_key(*name)).map(String::as_str);
                    let missing: Vec<&str> = missing.collect();
                    found.unless(missing.is_empty(), || {
                        format!(
                            "property \"{}\" of object has missing property dependencies (schema requires {}; missing: {})",
                            short(name),
                            list(names.iter().map(String::as_str)),
                            list(missing)
                        )
                    });
                }
                Dependency::Schema(schema) => {
                    let value = Value::Object(members.clone());
                    self.steps += members.len();
                    self.node(*schema, &value, depth + 1, found);
                }
            }
        }
    }
}

fn sizes(rules: &ObjectRules, members: &Map<String, Value>, found: &mut Found) {
    let len = members.len() as u64;
    let missing: Vec<&str> =
        rules.required.iter().filter(|name| !members.contains_key(*name)).map(String::as_str).collect();
    found.unless(missing.is_empty(), || format!("object has missing required properties ({})", list(missing)));
    if let Some(max) = rules.max_properties {
        found.unless(len <= max, || {
            format!("object has too many properties (found {len} but schema requires at most {max})")
        });
    }
    if let Some(min) = rules.min_properties {
        found.unless(len >= min, || {
            format!("object has too few properties (found {len} but schema requires at least {min})")
        });
    }
}

fn numbers(rules: &NumberRules, number: &serde_json::Number, found: &mut Found) {
    let Some(value) = number.as_f64() else { return };
    if let Some(max) = rules.maximum {
        let limit = max.value;
        if max.exclusive {
            found.unless(value < limit, || {
                format!("numeric instance is not strictly lower than the required maximum {limit}")
            });
        } else {
            found.unless(value <= limit, || {
                format!("numeric instance is greater than the required maximum (maximum: {limit}, found: {number})")
            });
        }
    }
    if let Some(min) = rules.minimum {
        let limit = min.value;
        if min.exclusive {
            found.unless(value > limit, || {
                format!("numeric instance is not strictly greater than the required minimum {limit}")
            });
        } else {
            found.unless(value >= limit, || {
                format!("numeric instance is lower than the required minimum (minimum: {limit}, found: {number})")
            });
        }
    }
    if let Some(divisor) = rules.multiple_of {
        found.unless(is_multiple(value, divisor), || {
            format!("remainder of division is not zero ({number} / {divisor})")
        });
    }
}

/// Decimal fractions have no exact float, so a quotient is whole where it is as near to a whole one as floats can tell.
fn is_multiple(value: f64, divisor: f64) -> bool {
    let quotient = value / divisor;
    quotient.is_finite() && (quotient - quotient.round()).abs() <= f64::EPSILON * quotient.abs().max(1.0)
}

fn texts(rules: &TextRules, text: &str, found: &mut Found) {
    if rules.max_length.is_some() || rules.min_length.is_some() {
        let len = text.chars().count() as u64;
        if let Some(max) = rules.max_length {
            found.unless(len <= max, || {
                format!("string {} is too long (length: {len}, maximum allowed: {max})", shown(&Value::from(text)))
            });
        }
        if let Some(min) = rules.min_length {
            found.unless(len >= min, || {
                format!("string {} is too short (length: {len}, required minimum: {min})", shown(&Value::from(text)))
            });
        }
    }
    if let Some((source, pattern)) = &rules.pattern {
        found.unless(pattern.is_match(text), || {
            format!("ECMA 262 regex \"{source}\" does not match input string \"{}\"", short(text))
        });
    }
    if let Some(format) = rules.format {
        found.unless(format.fits(text), || format.complaint(&short(text)));
    }
}
