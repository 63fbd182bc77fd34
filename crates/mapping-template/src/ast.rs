//! The compiled form of a template: a tree whose text is already split and whose variables are numbered.

use std::sync::Arc;

use crate::jsonpath::JsonPath;

/// A run of nodes.
pub(crate) type Block = Vec<Node>;

#[derive(Debug, Clone)]
pub(crate) enum Node {
    Text(Box<str>),
    Reference(Box<Reference>),
    Set(Box<Reference>, Expr),
    If {
        branches: Vec<(Expr, Block)>,
        otherwise: Block,
    },
    Foreach(Box<Foreach>),
    /// `#define`: the variable's slot and the number of the block.
    Define(usize, usize),
    /// `#break`, with the number of loops it leaves.
    Break(usize),
    Stop,
}

#[derive(Debug, Clone)]
pub(crate) struct Foreach {
    pub slot: usize,
    pub items: Expr,
    pub body: Block,
}

#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub base: Base,
    pub segments: Vec<Segment>,
    pub quiet: bool,
    /// As written, for plain Velocity's habit of printing unknown references.
    pub source: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    Slot(usize),
    Input,
    Util,
    Context,
    StageVariables,
    Foreach,
    VelocityCount,
    VelocityHasNext,
}

#[derive(Debug, Clone)]
pub(crate) enum Segment {
    Property(Arc<str>),
    Index(Expr),
    Call(Arc<str>, Vec<Expr>),
    /// `$input.json('…')` with a path known at compile time.
    InputJson(Arc<JsonPath>),
    /// `$input.path('…')` with a path known at compile time.
    InputPath(Arc<JsonPath>),
}

#[derive(Debug, Clone)]
pub(crate) enum Expr {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Arc<str>),
    /// A double-quoted string with references or directives in it.
    Interpolated(Block),
    Reference(Box<Reference>),
    Range(Box<(Expr, Expr)>),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Not(Box<Expr>),
    /// `a && b && …` or `a || b || …`
    Logic(Logic, Vec<Expr>),
    /// Operators of one precedence from left to right, kept flat so that long chains need no deep stack.
    Chain(Box<Expr>, Vec<(Operator, Expr)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logic {
    And,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}
