//! What create, update and import have in common: a change is applied to an entity, then the entity is judged as a whole.
//! An update is the change as the wire has it; a creation is an update of an empty entity.
//!
//! What comes in: entities and what they refer to. What goes out: entities that may be kept, or `BadRequestException`.
//! What it must not know: the store.

pub mod api;
pub mod authorizer;
pub mod cors;
pub mod integration;
pub mod route;
pub mod socket;
pub mod stage;
