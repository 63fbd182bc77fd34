//! Through the doors of both services.

mod account;
mod assume_role;
mod authorize;
mod feed;
mod grants;
mod groups;
mod instance_profiles;
mod keys;
mod paging;
mod policies;
mod providers;
mod races;
mod roles;
mod sessions;
mod simulate;
mod sts;
mod tags;
mod target;
mod users;
mod web_identity;
