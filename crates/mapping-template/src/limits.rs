//! The bounds of compilation and rendering, and the errors that tell which one was hit.

/// Longest template source, in bytes (API Gateway's quota, "Mapping template size").
pub const MAX_SOURCE_BYTES: usize = 300 * 1024;
/// Deepest nesting of blocks, parentheses, lists and strings in a template.
pub(crate) const MAX_NESTING: usize = 64;

/// What one rendering may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest result, in bytes.
    pub output_bytes: usize,
    /// Most nodes visited, values compared and so on; bounds the time.
    pub steps: u64,
    /// Deepest chain of `#define` calls and deepest value that can be printed or compared.
    pub depth: usize,
    /// Iterations after which a `#foreach` ends quietly (API Gateway's quota: 1,000).
    pub foreach: usize,
    /// Bytes of strings, lists and maps that may be made, counted without giving back.
    pub memory_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            output_bytes: 10 * 1024 * 1024,
            steps: 200_000,
            depth: 64,
            foreach: 1_000,
            memory_bytes: 64 * 1024 * 1024,
        }
    }
}

/// Why a template's source is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line}, column {column}")]
pub struct CompileError {
    /// What is wrong, as a sentence without its position.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Why a rendering ended without a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The result is longer than [`Limits::output_bytes`].
    #[error("the mapping template's output is too large")]
    OutputTooLarge,
    /// [`Limits::steps`] were used up.
    #[error("the mapping template takes too many steps")]
    TooManySteps,
    /// [`Limits::depth`] was reached.
    #[error("the mapping template nests too deeply")]
    TooDeep,
    /// [`Limits::memory_bytes`] were used up.
    #[error("the mapping template uses too much memory")]
    TooMuchMemory,
    /// `$input.json` or `$input.path` met a body that is not JSON. API Gateway answers this with 400.
    #[error("Could not parse request body into json: {0}")]
    BodyNotJson(String),
    /// A method threw in Java's sense: bad argument, index out of bounds, bad regular expression or JSONPath.
    #[error("invocation of method '{method}' failed: {reason}")]
    Method {
        /// The method's name as the template wrote it.
        method: String,
        /// What was wrong.
        reason: String,
    },
    /// `$context.responseOverride.status` was set to something that is no HTTP status.
    #[error("invalid status code override: {0}")]
    InvalidStatusOverride(String),
}

impl RenderError {
    pub(crate) fn method(method: &str, reason: impl Into<String>) -> Self {
        RenderError::Method { method: method.to_owned(), reason: reason.into() }
    }
}
