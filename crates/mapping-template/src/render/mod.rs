//! The interpreter: walks the compiled tree, within bounds.

mod builtins;
mod convert;
mod format;
mod identity;
mod methods_iterator;
mod methods_list;
mod methods_map;
mod methods_number;
mod methods_text;
mod operators;
mod print;
mod references;
mod regexes;
#[cfg(test)]
mod tests;
mod text_regions;

use std::rc::Rc;
use std::sync::Arc;

use crate::ast::{Block, Expr, Foreach, Logic, Node, Reference};
use crate::limits::{Limits, RenderError};
use crate::scope::{Overrides, Rendered, Scope};
use crate::value::{Entries, Entry, List, ListIterator, ListStyle, Map, Value};
use crate::{Template, UndefinedReferences};

type Outcome<T> = Result<T, RenderError>;

/// Bytes a value costs besides its text.
const VALUE_BYTES: usize = 32;
/// Bytes a map's entry costs besides its texts.
const ENTRY_BYTES: usize = 96;
/// Deepest recursion of blocks and expressions, over the parser's own bound, so that `#define` cannot recurse away.
const STACK_FACTOR: usize = 3;

pub(crate) fn render(template: &Template, scope: &Scope<'_>, limits: Limits) -> Outcome<Rendered> {
    let mut renderer = Renderer {
        template,
        scope,
        limits,
        steps: limits.steps,
        memory: limits.memory_bytes,
        depth: 0,
        stopped: false,
        slots: vec![Value::Null; template.slots],
        loops: Vec::new(),
        overrides: Overrides::default(),
        body: None,
        root: None,
        heap: Vec::new(),
        regexes: Vec::new(),
    };
    let mut text = String::new();
    let result = renderer.block(&template.body, &mut text);
    renderer.heap.iter().for_each(Value::dismantle);
    result.map(|_| Rendered { text, overrides: renderer.overrides })
}

/// How a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    /// Leaves that many loops.
    Break(usize),
    Stop,
}

/// One turn of a `#foreach`.
#[derive(Debug, Clone, Copy)]
struct Turn {
    index: usize,
    total: usize,
}

struct Renderer<'t, 's> {
    template: &'t Template,
    scope: &'t Scope<'s>,
    limits: Limits,
    steps: u64,
    memory: usize,
    depth: usize,
    /// Whether `#stop` was met, perhaps inside a string.
    stopped: bool,
    slots: Vec<Value>,
    loops: Vec<Turn>,
    overrides: Overrides,
    /// The body, parsed when first asked for.
    body: Option<Rc<serde_json::Value>>,
    /// `$input.path('$')`, converted when first asked for.
    root: Option<Value>,
    /// Every container made, to be emptied at the end.
    heap: Vec<Value>,
    regexes: Vec<(Arc<str>, regex::Regex)>,
}

impl<'t> Renderer<'t, '_> {
    fn charge_steps(&mut self, steps: usize) -> Outcome<()> {
        self.steps = self.steps.checked_sub(steps as u64).ok_or(RenderError::TooManySteps)?;
        Ok(())
    }

    fn charge_memory(&mut self, bytes: usize) -> Outcome<()> {
        self.memory = self.memory.checked_sub(bytes).ok_or(RenderError::TooMuchMemory)?;
        Ok(())
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= self.limits.depth.saturating_mul(STACK_FACTOR) {
            return Err(RenderError::TooDeep);
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    fn push(&self, out: &mut String, text: &str) -> Outcome<()> {
        if out.len().saturating_add(text.len()) > self.limits.output_bytes {
            return Err(RenderError::OutputTooLarge);
        }
        out.push_str(text);
        Ok(())
    }

    fn new_text(&mut self, text: &str) -> Outcome<Value> {
        self.charge_memory(text.len() + VALUE_BYTES)?;
        Ok(Value::text(text))
    }

    fn new_list(&mut self, style: ListStyle, items: Vec<Value>) -> Outcome<Value> {
        self.charge_memory((items.len() + 2) * VALUE_BYTES)?;
        let list = Value::List(Rc::new(List { style, items: items.into() }));
        self.heap.push(list.clone());
        Ok(list)
    }

    fn new_map(&mut self, entries: Entries) -> Outcome<Value> {
        self.charge_memory(entries.len() * ENTRY_BYTES + 2 * VALUE_BYTES)?;
        let map = Value::Map(Rc::new(Map { entries: entries.into() }));
        self.heap.push(map.clone());
        Ok(map)
    }

    fn new_entry(&mut self, map: &Rc<Map>, key: Arc<str>, value: Value) -> Outcome<Value> {
        self.charge_memory(2 * VALUE_BYTES)?;
        let entry = Value::Entry(Rc::new(Entry { key, value: value.into(), map: Rc::clone(map) }));
        self.heap.push(entry.clone());
        Ok(entry)
    }

    fn block(&mut self, nodes: &'t Block, out: &mut String) -> Outcome<Flow> {
        self.deeper(|renderer| {
            for node in nodes {
                let flow = renderer.node(node, out)?;
                if flow != Flow::Next {
                    return Ok(flow);
                }
            }
            Ok(Flow::Next)
        })
    }

    fn node(&mut self, node: &'t Node, out: &mut String) -> Outcome<Flow> {
        self.charge_steps(1)?;
        match node {
            Node::Text(text) => self.push(out, text)?,
            Node::Reference(reference) => self.print_reference(reference, out)?,
            Node::Set(target, value) => {
                let value = self.expr(value)?;
                self.assign(target, value)?;
            }
            Node::If { branches, otherwise } => return self.if_chain(branches, otherwise, out),
            Node::Foreach(foreach) => return self.foreach(foreach, out),
            Node::Define(slot, block) => self.set_slot(*slot, Value::Block(*block)),
            Node::Break(loops) => return Ok(Flow::Break(*loops)),
            Node::Stop => self.stopped = true,
        }
        Ok(if self.stopped { Flow::Stop } else { Flow::Next })
    }

    fn if_chain(&mut self, branches: &'t [(Expr, Block)], otherwise: &'t Block, out: &mut String) -> Outcome<Flow> {
        for (condition, body) in branches {
            let value = self.expr(condition)?;
            if truth(&value) {
                return self.block(body, out);
            }
        }
        self.block(otherwise, out)
    }

    fn foreach(&mut self, foreach: &'t Foreach, out: &mut String) -> Outcome<Flow> {
        let items = match self.expr(&foreach.items)? {
            Value::List(list) => self.first_items(list.items.borrow().iter()),
            Value::Map(map) => self.first_items(map.entries.borrow().iter().map(|(_, value)| value)),
            Value::Iterator(iterator) => self.remaining_items(&iterator),
            _ => return Ok(Flow::Next),
        };
        let outer = self.slot(foreach.slot);
        let total = items.len();
        let mut flow = Flow::Next;
        for (index, item) in items.into_iter().enumerate() {
            self.charge_steps(1)?;
            self.set_slot(foreach.slot, item);
            self.loops.push(Turn { index, total });
            let turn = self.block(&foreach.body, out);
            self.loops.pop();
            flow = turn?;
            if flow != Flow::Next {
                break;
            }
        }
        self.set_slot(foreach.slot, outer);
        Ok(match flow {
            Flow::Break(loops) if loops > 1 && !self.loops.is_empty() => Flow::Break(loops - 1),
            Flow::Break(_) => Flow::Next,
            flow => flow,
        })
    }

    /// What an iterator has not given yet; it is used up by this.
    fn remaining_items(&self, iterator: &ListIterator) -> Vec<Value> {
        let items = self.first_items(iterator.list.items.borrow().iter().skip(iterator.next.get()));
        iterator.next.set(iterator.next.get() + items.len());
        iterator.removable.set(false);
        items
    }

    fn first_items<'v>(&self, items: impl Iterator<Item = &'v Value>) -> Vec<Value> {
        items.take(self.limits.foreach).cloned().collect()
    }

    fn slot(&self, slot: usize) -> Value {
        self.slots.get(slot).cloned().unwrap_or(Value::Null)
    }

    fn set_slot(&mut self, slot: usize, value: Value) {
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    fn expr(&mut self, expr: &'t Expr) -> Outcome<Value> {
        self.charge_steps(1)?;
        match expr {
            Expr::Null => Ok(Value::Null),
            Expr::Bool(value) => Ok(Value::Bool(*value)),
            Expr::Int(value) => Ok(Value::Int(*value)),
            Expr::Double(value) => Ok(Value::Double(*value)),
            Expr::Text(text) => Ok(Value::Text(Arc::clone(text))),
            Expr::Reference(reference) => self.reference(reference),
            _ => self.deeper(|renderer| renderer.compound(expr)),
        }
    }

    fn compound(&mut self, expr: &'t Expr) -> Outcome<Value> {
        match expr {
            Expr::Interpolated(nodes) => {
                let mut text = String::new();
                self.block(nodes, &mut text)?;
                self.new_text(&text)
            }
            Expr::Range(ends) => self.range(&ends.0, &ends.1),
            Expr::List(items) => {
                let items = self.exprs(items)?;
                self.new_list(ListStyle::Java, items)
            }
            Expr::Map(pairs) => {
                let mut entries = Entries::default();
                for (key, value) in pairs {
                    let key = self.expr(key)?;
                    let key = self.text_of(&key)?;
                    entries.put(key, self.expr(value)?);
                }
                self.new_map(entries)
            }
            Expr::Not(inner) => Ok(Value::Bool(!truth(&self.expr(inner)?))),
            Expr::Logic(logic, operands) => self.logic(*logic, operands),
            Expr::Chain(first, rest) => {
                let mut left = self.expr(first)?;
                for (operator, right) in rest {
                    let right = self.expr(right)?;
                    left = self.operate(*operator, &left, &right)?;
                }
                Ok(left)
            }
            _ => Ok(Value::Null),
        }
    }

    fn exprs(&mut self, exprs: &'t [Expr]) -> Outcome<Vec<Value>> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn logic(&mut self, logic: Logic, operands: &'t [Expr]) -> Outcome<Value> {
        let decisive = logic == Logic::Or;
        for operand in operands {
            if truth(&self.expr(operand)?) == decisive {
                return Ok(Value::Bool(decisive));
            }
        }
        Ok(Value::Bool(!decisive))
    }

    fn range(&mut self, first: &'t Expr, last: &'t Expr) -> Outcome<Value> {
        let (Value::Int(first), Value::Int(last)) = (self.expr(first)?, self.expr(last)?) else {
            return Ok(Value::Null);
        };
        let length = usize::try_from(first.abs_diff(last)).unwrap_or(usize::MAX).saturating_add(1);
        self.charge_memory(length.saturating_mul(VALUE_BYTES))?;
        let items = if first <= last {
            (first..=last).map(Value::Int).collect()
        } else {
            (last..=first).rev().map(Value::Int).collect()
        };
        self.new_list(ListStyle::Java, items)
    }

    fn print_reference(&mut self, reference: &'t Reference, out: &mut String) -> Outcome<()> {
        if let Some(block) = self.defined_block(reference) {
            return self.block(block, out).map(drop);
        }
        if self.print_input(reference, out)? {
            return Ok(());
        }
        let value = self.resolve(reference)?;
        match (&value, self.template.undefined) {
            (Value::Null, UndefinedReferences::Literal) if !reference.quiet => self.push(out, &reference.source),
            (Value::Null, _) => Ok(()),
            _ => self.print(&value, out),
        }
    }
}

/// Velocity's truth: only `false` and null are not true.
fn truth(value: &Value) -> bool {
    !matches!(value, Value::Bool(false) | Value::Null)
}
