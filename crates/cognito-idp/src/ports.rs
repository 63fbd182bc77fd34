//! What this room asks of its neighbours beside the doors of [`crate::Doors`]. Nothing yet: functions (triggers) and
//! WAF will have their traits here, wired by the server.
