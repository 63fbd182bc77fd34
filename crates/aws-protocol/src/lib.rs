//! aws-protocol
