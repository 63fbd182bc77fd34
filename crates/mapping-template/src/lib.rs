//! mapping-template
