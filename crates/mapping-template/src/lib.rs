//! API Gateway's mapping templates ("Working with mapping templates for REST APIs"): the Velocity Template Language as
//! API Gateway admits it, JSONPath, gateway-response templates and the lenient JSON of MOCK integrations.
//!
//! In: a template's source, once, at deployment; then per request a [`Scope`] of body, parameters, `$context` and
//! stage variables. Out: [`Rendered`], the text and the override variables the template wrote. Everything is bounded
//! by [`Limits`]; hostile templates and bodies end in an error, soon.
//!
//! This room must not know HTTP, plans, integrations or clocks. Whoever has them fills a [`Scope`].
//!
//! How to add:
//! - a method of strings, lists, maps or numbers: an arm in `render/methods_*.rs` and a line in its tests;
//! - a `$util` function: an arm in `render/builtins.rs`;
//! - a directive: see `parse/directive.rs`;
//! - a JSONPath function: see `jsonpath/eval.rs`.
//!
//! Where API Gateway departs from Velocity 1.7 (seen in recordings of the service): an unset or null reference is the
//! empty string, in output, in conditions (so it is true) and in strings; there are no macros; unknown directives
//! print as they are written. Methods are those of `String`, `List`, `Map`, `Map.Entry`, `Iterator`, `Integer`, `Long`,
//! `Double` and `Boolean` that need neither a class nor a lambda; any other call has no value. [`UndefinedReferences::Literal`] gives plain Velocity's behaviour instead.

mod ast;
pub mod jsonpath;
pub mod lenient_json;
mod limits;
mod model_template;
mod parse;
mod render;
mod scope;
mod simple;
mod value;

#[cfg(test)]
mod tests;

pub use limits::{CompileError, Limits, MAX_SOURCE_BYTES, RenderError};
pub use model_template::model_template;
pub use scope::{ContextVariables, Overrides, Params, Rendered, Scope};
pub use simple::{GatewayResponseScope, SimpleTemplate};

/// What a reference without a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UndefinedReferences {
    /// The empty string: as API Gateway does.
    #[default]
    Blank,
    /// Null, false in conditions, printed as it is written unless quiet: as plain Velocity does.
    Literal,
}

/// A compiled mapping template.
#[derive(Debug, Clone)]
pub struct Template {
    body: ast::Block,
    blocks: Vec<ast::Block>,
    slots: usize,
    undefined: UndefinedReferences,
}

impl Template {
    /// Compiles a template as API Gateway would.
    ///
    /// # Errors
    /// What is wrong and where: syntax, nesting beyond 64, more than [`MAX_SOURCE_BYTES`], `#include`, `#parse` and `#evaluate`.
    pub fn compile(source: &str) -> Result<Template, CompileError> {
        Self::compile_with(source, UndefinedReferences::Blank)
    }

    /// Compiles a template with a say in what undefined references are.
    ///
    /// # Errors
    /// As [`Template::compile`].
    pub fn compile_with(source: &str, undefined: UndefinedReferences) -> Result<Template, CompileError> {
        let (body, symbols) = parse::parse(source)?;
        let slots = symbols.slot_count();
        Ok(Template { body, blocks: symbols.blocks, slots, undefined })
    }

    /// Renders the template.
    ///
    /// # Errors
    /// A limit was hit, a method failed, or the body was needed and is not JSON.
    pub fn render(&self, scope: &Scope<'_>, limits: Limits) -> Result<Rendered, RenderError> {
        if let [ast::Node::Text(text)] = self.body.as_slice()
            && text.len() <= limits.output_bytes
        {
            return Ok(Rendered { text: text.to_string(), overrides: Overrides::default() });
        }
        render::render(self, scope, limits)
    }
}
