//! model-logs
