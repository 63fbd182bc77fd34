//! The pages and endpoints against a pool in memory, as a browser and as a program meet them.
#![expect(clippy::string_slice, reason = "a slice that fails is a test that fails")]

mod attacks;
mod attacks_session;
mod beyond_cognito;
mod browser;
mod challenges;
mod endpoints;
mod fake;
mod flows;
mod html;
mod looks;
mod pages;
mod plans;
mod property;
