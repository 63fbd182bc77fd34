//! The binary room.
