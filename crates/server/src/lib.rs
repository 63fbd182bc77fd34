//! The binary's room: command line, configuration, listeners, the front door, and the wiring of all other rooms.
//!
//! What comes in: sockets and argv. What goes out: answers of the rooms behind the doors.
//! What it must not know: any rule of AWS that a room behind a door decides.
//! To add a service: a line in [`wiring::models`] and its construction in [`wiring::build`].

pub mod access;
pub mod account;
mod apis;
pub mod app;
pub mod authorize;
mod authorize_logs;
pub mod body;
pub mod bucket_access;
pub mod cli;
mod conditions;
pub mod config;
pub mod coverage;
pub mod door;
pub mod front_door;
pub mod functions;
mod gateway_metrics;
pub mod gateway_services;
mod head_tap;
pub mod iam_callers;
pub mod identity_roles;
pub mod issuers;
pub mod keys;
pub mod lab;
pub mod listener;
pub mod log_delivery;
pub mod log_metrics;
pub mod log_sink;
mod loggers;
pub mod metrics;
pub mod network;
pub mod outgoing;
pub mod patient;
pub mod run;
mod shared_domains;
mod sms_roles;
pub mod tag_keys;
pub mod tls;
mod tls_policy;
pub mod traces;
pub mod users;
pub mod wiring;
