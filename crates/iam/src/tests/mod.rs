//! Through the doors of both services.

mod account;
mod assume_role;
mod authorize;
mod feed;
mod grants;
mod groups;
mod instance_profiles;
mod keys;
mod mfa;
mod paging;
mod policies;
mod providers;
mod races;
mod roles;
mod saml;
mod sessions;
mod simulate;
mod sts;
mod tags;
mod target;
mod users;
mod web_identity;

#[test]
fn every_built_operation_is_in_its_model_once() {
    for (built, model) in [(crate::BUILT, &model_iam::MODEL), (crate::sts::BUILT, &model_sts::MODEL)] {
        for (name, _) in built {
            assert!(model.operation(name).is_some(), "{name}");
        }
        assert!(built.is_sorted_by(|(a, _), (b, _)| a < b));
    }
}
