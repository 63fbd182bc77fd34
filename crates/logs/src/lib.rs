//! CloudWatch Logs: groups, streams, events and retention (API reference 2014-03-28).
