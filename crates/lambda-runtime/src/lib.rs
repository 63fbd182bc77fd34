//! Runs functions: processes that speak the Lambda Runtime API (Lambda developer guide, "custom runtimes").
