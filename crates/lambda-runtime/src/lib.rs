//! Runs functions: processes that speak the Lambda Runtime API (Lambda developer guide, "custom runtimes").
//!
//! What comes in: a [`plan::FunctionPlan`], compiled by the control plane, and an [`Invocation`]. What goes out: an
//! [`Outcome`], log events through [`ports::FunctionLogs`], or a [`RunError`] where nothing was run. `python3.*` and
//! `nodejs*` run by the machine's interpreter and a small bootstrap of ours, `provided*` by the zip's `bootstrap`.
//! What it must not know: the store, AWS's wire formats, who may invoke what, retries of asynchronous calls.
//! To add a runtime: a variant of [`plan::Family`], how it starts in `interpreter.rs`, its bootstrap under `bootstrap/`.

pub mod code;
mod failure;
mod interpreter;
mod output;
pub mod parts;
pub mod plan;
mod pool;
pub mod ports;
mod proc;
mod process;
mod relay;
mod run;
pub mod runner;
mod runtime_api;
pub mod sandbox;
mod spawn;
mod start;
mod users;
mod warden;

pub use code::{CodeError, CodeInfo};
pub use parts::{Part, Parts};
pub use plan::FunctionPlan;
pub use runner::{
    Adopts, Bounds, Doors, FunctionError, Invocation, Launcher, LogTail, Outcome, RunError, Runner, RunnerConfig,
    Throttle,
};
