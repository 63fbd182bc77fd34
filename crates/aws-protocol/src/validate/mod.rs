//! The model's constraints, and AWS's sentences for breaking them: "2 validation errors detected: Value '…' at '…' failed
//! to satisfy constraint: Member must …; Value …". Violations stand in the model's order of members; within a member null
//! comes first, then length, pattern, enumeration, range. What is true of each item of a list of scalars, or of each key or
//! value of a map, is said once of the whole, as AWS does. Values of sensitive shapes are never repeated.

mod report;
mod rules;

use aws_types::AwsError;
use aws_types::schema::{Kind, List, Location, Map, Member, Operation, Protocol, ServiceModel, Shape, Structure};
use aws_types::wire::{Fields, Value};

use crate::pattern::{Cache, Error};
use report::Violation;

/// Checks a decoded input.
pub fn check(model: &ServiceModel, operation: &Operation, input: &Value, patterns: &Cache) -> Result<(), AwsError> {
    let (Some(Kind::Structure(structure)), Value::Object(fields)) = (operation.input.map(|s| &s.kind), input) else {
        return Ok(());
    };
    let mut checker = Checker { patterns, path: Vec::new(), found: Vec::new(), count: 0, at: None };
    for member in structure.members {
        checker.at = Some(member);
        checker.path.clear();
        // apigateway names the input before members of the body, and only there.
        if model.endpoint_prefix == "apigateway" && member.location == Location::Body {
            checker.path.push(Step::Input(operation.name));
        }
        checker.member(member, fields).map_err(AwsError::internal)?;
    }
    if model.protocol == Protocol::RestXml {
        return checker.found.iter().find_map(report::s3).map_or(Ok(()), Err);
    }
    if checker.found.is_empty() {
        return Ok(());
    }
    Err(report::sentence(model, checker.count, &checker.found))
}

/// Violations that are spelled out; the others are only counted.
const MAX_SPELLED_OUT: usize = 50;

/// One step of the path to a value. Paths are written out only where something is wrong.
#[derive(Clone, Copy, Debug)]
enum Step<'v> {
    /// `createRestApiInput`, from the operation's name.
    Input(&'static str),
    /// A member.
    Member(&'static str),
    /// An item, from one.
    Item(usize),
    /// An entry of a map.
    Entry(&'v str),
}

struct Checker<'a, 'v> {
    patterns: &'a Cache,
    path: Vec<Step<'v>>,
    found: Vec<Violation>,
    count: usize,
    /// The member of the input that is being looked at.
    at: Option<&'static Member>,
}

impl<'v> Checker<'_, 'v> {
    fn violated(&mut self, shape: &'static Shape, value: Option<&Value>, rule: report::Rule) {
        self.count += 1;
        if self.found.len() < MAX_SPELLED_OUT {
            self.found.push(Violation::new(report::path(&self.path), shape, value, rule, self.at));
        }
    }

    fn structure(&mut self, structure: &'static Structure, fields: &'v Fields) -> Result<(), Error> {
        structure.members.iter().try_for_each(|member| self.member(member, fields))
    }

    fn member(&mut self, member: &'static Member, fields: &'v Fields) -> Result<(), Error> {
        let value = fields.get(member.name);
        if value.is_none() && (!member.required || is_stream(member)) {
            return Ok(());
        }
        self.path.push(Step::Member(member.name));
        match value {
            Some(value) => self.value(member.shape, value)?,
            None => self.violated(member.shape, None, report::Rule::Null),
        }
        self.path.pop();
        Ok(())
    }

    fn value(&mut self, shape: &'static Shape, value: &'v Value) -> Result<(), Error> {
        for rule in rules::broken(shape, value, self.patterns)? {
            self.violated(shape, Some(value), rule);
        }
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Object(fields)) => self.structure(structure, fields),
            (Kind::List(list), Value::Array(items)) => self.items(shape, list, value, items),
            (Kind::Map(map), Value::Object(entries)) => self.entries(shape, map, value, entries),
            _ => Ok(()),
        }
    }

    fn items(
        &mut self,
        shape: &'static Shape,
        list: &'static List,
        whole: &Value,
        items: &'v [Value],
    ) -> Result<(), Error> {
        if rules::is_scalar(list.member) {
            if self.any_broken(list.member, items)? {
                self.violated(shape, Some(whole), report::Rule::Items(list.member));
            }
            return Ok(());
        }
        for (number, item) in (1..).zip(items) {
            self.inside(Step::Item(number), list.member, item)?;
        }
        Ok(())
    }

    fn entries(
        &mut self,
        shape: &'static Shape,
        map: &'static Map,
        whole: &Value,
        entries: &'v Fields,
    ) -> Result<(), Error> {
        for key in entries.keys() {
            if !rules::broken_text(map.key, key, self.patterns)?.is_empty() {
                self.violated(shape, Some(whole), report::Rule::Keys(map.key));
                break;
            }
        }
        if rules::is_scalar(map.value) {
            if self.any_broken(map.value, entries.values())? {
                self.violated(shape, Some(whole), report::Rule::Values(map.value));
            }
            return Ok(());
        }
        for (key, value) in entries {
            self.inside(Step::Entry(key), map.value, value)?;
        }
        Ok(())
    }

    fn any_broken<'x>(&self, shape: &Shape, values: impl IntoIterator<Item = &'x Value>) -> Result<bool, Error> {
        for value in values {
            if !rules::broken(shape, value, self.patterns)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn inside(&mut self, step: Step<'v>, shape: &'static Shape, value: &'v Value) -> Result<(), Error> {
        self.path.push(step);
        self.value(shape, value)?;
        self.path.pop();
        Ok(())
    }
}

fn is_stream(member: &Member) -> bool {
    matches!(&member.shape.kind, Kind::Blob(blob) if blob.streaming)
}
