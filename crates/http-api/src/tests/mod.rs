//! Scenarios as data, and the attacks on tokens.

mod fixture;
mod jwt;
mod scenarios;
