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
mod roles;
mod sessions;
mod simulate;
mod sts;
mod tags;
mod users;
mod web_identity;
