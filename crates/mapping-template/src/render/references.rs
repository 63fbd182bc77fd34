//! Reading references and assigning to them.

use std::sync::Arc;

use super::{ENTRY_BYTES, Outcome, Renderer, Turn};
use crate::UndefinedReferences;
use crate::ast::{Base, Block, Expr, Reference, Segment};
use crate::limits::RenderError;
use crate::value::{Entries, ListStyle, Value};

impl<'t> Renderer<'t, '_> {
    /// A reference's value in an expression.
    pub(super) fn reference(&mut self, reference: &'t Reference) -> Outcome<Value> {
        let value = self.resolve(reference)?;
        Ok(match (value, self.template.undefined) {
            (Value::Null, UndefinedReferences::Blank) => Value::text(""),
            (value, _) => value,
        })
    }

    pub(super) fn resolve(&mut self, reference: &'t Reference) -> Outcome<Value> {
        self.walk(reference.base, &reference.segments)
    }

    /// The block behind a bare reference to a `#define`d variable.
    pub(super) fn defined_block(&self, reference: &Reference) -> Option<&'t Block> {
        match (reference.base, reference.segments.as_slice()) {
            (Base::Slot(slot), []) => self.block_in(slot),
            _ => None,
        }
    }

    fn block_in(&self, slot: usize) -> Option<&'t Block> {
        match self.slots.get(slot) {
            Some(Value::Block(number)) => self.template.blocks.get(*number),
            _ => None,
        }
    }

    fn walk(&mut self, base: Base, segments: &'t [Segment]) -> Outcome<Value> {
        let (mut value, rest) = self.start(base, segments)?;
        for segment in rest {
            if value.is_null() {
                return Ok(value);
            }
            self.charge_steps(1)?;
            value = self.segment(&value, segment)?;
        }
        Ok(value)
    }

    /// The value that the base and perhaps the first segments stand for.
    fn start(&mut self, base: Base, segments: &'t [Segment]) -> Outcome<(Value, &'t [Segment])> {
        match base {
            Base::Slot(slot) => Ok((self.slot_value(slot)?, segments)),
            Base::Input => self.input(segments),
            Base::Util => self.util(segments),
            Base::Context => self.context(segments),
            Base::StageVariables => self.stage_variable(segments),
            Base::Foreach => Ok(self.foreach_property(segments)),
            Base::VelocityCount => Ok((self.turn(0).map_or(Value::Null, |turn| int(turn.index + 1)), segments)),
            Base::VelocityHasNext => {
                Ok((self.turn(0).map_or(Value::Null, |turn| Value::Bool(turn.index + 1 < turn.total)), segments))
            }
        }
    }

    fn slot_value(&mut self, slot: usize) -> Outcome<Value> {
        match self.block_in(slot) {
            Some(block) => {
                let mut text = String::new();
                self.block(block, &mut text)?;
                self.new_text(&text)
            }
            None => Ok(self.slot(slot)),
        }
    }

    fn segment(&mut self, value: &Value, segment: &'t Segment) -> Outcome<Value> {
        match segment {
            Segment::Property(name) => match (value, &**name) {
                (Value::Text(text), "bytes") => self.bytes(text, "UTF-8"),
                _ => Ok(property(value, name)),
            },
            Segment::Index(index) => {
                let index = self.expr(index)?;
                self.at_index(value, &index)
            }
            Segment::Call(name, arguments) => {
                let arguments = self.exprs(arguments)?;
                self.call(value, name, &arguments)
            }
            Segment::InputJson(_) | Segment::InputPath(_) => Ok(Value::Null),
        }
    }

    /// The name that a property or an index with a text gives, if the segment is one.
    pub(super) fn segment_name(&mut self, segment: &'t Segment) -> Outcome<Option<Arc<str>>> {
        match segment {
            Segment::Property(name) => Ok(Some(Arc::clone(name))),
            Segment::Index(index) => {
                let index = self.expr(index)?;
                self.text_of(&index).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// `$stageVariables.x`, or the whole map for its methods.
    fn stage_variable(&mut self, segments: &'t [Segment]) -> Outcome<(Value, &'t [Segment])> {
        let scope = self.scope;
        if let Some((first, rest)) = segments.split_first()
            && let Some(name) = self.segment_name(first)?
        {
            let value = match scope.stage_variables.get(&*name) {
                Some(text) => self.new_text(text)?,
                None => Value::Null,
            };
            return Ok((value, rest));
        }
        Ok((self.text_map(scope.stage_variables)?, segments))
    }

    /// `$context.a.b`: all leading names make the path; what the template wrote to the overrides comes first.
    fn context(&mut self, segments: &'t [Segment]) -> Outcome<(Value, &'t [Segment])> {
        let mut path: Vec<Arc<str>> = Vec::new();
        let mut rest = segments;
        while let Some((first, after)) = rest.split_first() {
            let Some(name) = self.segment_name(first)? else { break };
            path.push(name);
            rest = after;
        }
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        if let Some(text) = self.written_override(&names) {
            return Ok((self.new_text(&text)?, rest));
        }
        match self.scope.context.get(&names) {
            Some(json) => Ok((self.json_to_value(&json)?, rest)),
            None => Ok((Value::Null, rest)),
        }
    }

    fn written_override(&self, names: &[&str]) -> Option<String> {
        match names {
            [direction, kind, name] => self.overrides.map(direction, kind)?.get(*name).cloned(),
            ["responseOverride", "status"] => self.overrides.response_status.map(|status| status.to_string()),
            _ => None,
        }
    }

    fn turn(&self, outwards: usize) -> Option<Turn> {
        self.loops.iter().rev().nth(outwards).copied()
    }

    /// `$foreach.count` and its kin; `$foreach.parent` goes outwards, `$foreach.topmost` all the way.
    fn foreach_property(&self, segments: &'t [Segment]) -> (Value, &'t [Segment]) {
        let mut outwards = 0;
        let mut rest = segments;
        while let Some((Segment::Property(name) | Segment::Call(name, _), after)) = rest.split_first() {
            rest = after;
            match &**name {
                "parent" | "getParent" => outwards += 1,
                "topmost" | "getTopmost" => outwards = self.loops.len().saturating_sub(1),
                name => {
                    let value = self.turn(outwards).map_or(Value::Null, |turn| turn_property(turn, name));
                    return (value, rest);
                }
            }
        }
        (Value::Null, &[])
    }

    pub(super) fn assign(&mut self, target: &'t Reference, value: Value) -> Outcome<()> {
        let Some((last, before)) = target.segments.split_last() else {
            if let Base::Slot(slot) = target.base {
                self.set_slot(slot, value);
            }
            return Ok(());
        };
        if target.base == Base::Context {
            return self.assign_override(&target.segments, &value);
        }
        let container = self.walk(target.base, before)?;
        match (&container, last) {
            (Value::List(list), Segment::Index(index)) => {
                let index = self.expr(index)?;
                if let Value::Int(index) = index {
                    list.replace_at(index, value);
                }
            }
            (Value::Map(map), _) => {
                if let Some(key) = self.segment_name(last)? {
                    self.charge_memory(ENTRY_BYTES + key.len())?;
                    map.entries.borrow_mut().put(key, value);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `#set($context.responseOverride.status = 400)` and its kin; other writes to `$context` have no effect.
    fn assign_override(&mut self, segments: &'t [Segment], value: &Value) -> Outcome<()> {
        let mut path: Vec<Arc<str>> = Vec::new();
        for segment in segments {
            path.extend(self.segment_name(segment)?);
        }
        let names: Vec<&str> = path.iter().map(|name| &**name).collect();
        let text = match value {
            Value::Null => Arc::from(""),
            _ => self.text_of(value)?,
        };
        match names.as_slice() {
            ["responseOverride", "status"] => {
                let status = text.trim().parse::<u16>().ok().filter(|status| (100..=599).contains(status));
                let status = status.ok_or_else(|| RenderError::InvalidStatusOverride(text.to_string()))?;
                self.overrides.response_status = Some(status);
            }
            [direction, kind, name] => {
                self.charge_memory(text.len() + name.len() + ENTRY_BYTES)?;
                if let Some(map) = self.overrides.map_mut(direction, kind) {
                    map.insert((*name).to_owned(), text.to_string());
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `$x[i]`: a list's item, from its end if negative, or a map's value.
    fn at_index(&mut self, value: &Value, index: &Value) -> Outcome<Value> {
        Ok(match (value, index) {
            (Value::List(list), Value::Int(index)) => list.at(*index).unwrap_or(Value::Null),
            (Value::Map(map), _) => {
                let key = self.text_of(index)?;
                map.entries.borrow().get(&key).cloned().unwrap_or(Value::Null)
            }
            (Value::Entry(_), Value::Text(name)) => property(value, name),
            _ => Value::Null,
        })
    }

    pub(super) fn text_map(&mut self, texts: &std::collections::BTreeMap<String, String>) -> Outcome<Value> {
        let mut entries = Entries::default();
        for (key, text) in texts {
            self.charge_memory(key.len())?;
            entries.put(Arc::from(key.as_str()), self.new_text(text)?);
        }
        self.new_map(entries)
    }

    pub(super) fn call(&mut self, target: &Value, name: &str, arguments: &[Value]) -> Outcome<Value> {
        match (name, arguments) {
            ("toString", []) => self.text_of(target).map(Value::Text),
            ("hashCode", []) => Ok(Value::Int(i64::from(self.hash_code(target)?))),
            ("equals", [other]) => Ok(Value::Bool(self.same(target, other)?)),
            _ => match target {
                Value::Text(text) => self.text_method(text, name, arguments),
                Value::List(list) => self.list_method(list, name, arguments),
                Value::Map(map) => self.map_method(map, name, arguments),
                Value::Int(_) | Value::Double(_) | Value::Bool(_) => self.scalar_method(target, name, arguments),
                Value::Entry(entry) => self.entry_method(entry, name, arguments),
                Value::Iterator(iterator) => self.iterator_method(iterator, name, arguments),
                _ => Ok(Value::Null),
            },
        }
    }

    pub(super) fn java_list(&mut self, items: Vec<Value>) -> Outcome<Value> {
        self.new_list(ListStyle::Java, items)
    }

    /// Evaluates the arguments of a call.
    pub(super) fn arguments(&mut self, arguments: &'t [Expr]) -> Outcome<Vec<Value>> {
        self.exprs(arguments)
    }
}

fn turn_property(turn: Turn, name: &str) -> Value {
    match name {
        "index" | "getIndex" => int(turn.index),
        "count" | "getCount" => int(turn.index + 1),
        "hasNext" | "getHasNext" => Value::Bool(turn.index + 1 < turn.total),
        "first" | "isFirst" => Value::Bool(turn.index == 0),
        "last" | "isLast" => Value::Bool(turn.index + 1 == turn.total),
        _ => Value::Null,
    }
}

pub(super) fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn property(value: &Value, name: &str) -> Value {
    match (value, name) {
        (Value::Map(map), _) => {
            let entries = map.entries.borrow();
            match (entries.get(name), name) {
                (Some(found), _) => found.clone(),
                (None, "empty") => Value::Bool(entries.len() == 0),
                _ => Value::Null,
            }
        }
        (Value::Entry(entry), "key") => Value::Text(Arc::clone(&entry.key)),
        (Value::Entry(entry), "value") => entry.value.borrow().clone(),
        (Value::List(list), "empty") => Value::Bool(list.items.borrow().is_empty()),
        (Value::Text(text), "empty") => Value::Bool(text.is_empty()),
        (Value::Text(text), "blank") => Value::Bool(text.trim().is_empty()),
        _ => Value::Null,
    }
}
