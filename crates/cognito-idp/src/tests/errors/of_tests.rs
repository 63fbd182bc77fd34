//! Tests of other files that lead to an error of the model on their way. They are run here once more: what counts is what
//! their calls ended in, not what they say.

use std::thread;

use super::Shown;
use crate::auth::tests::{
    account, choice, devices, enumeration, mfa, passkeys, recovery, sign_in, sign_up, software_token, tokens,
};
use crate::import::tests as import;
use crate::testing::refused_since;
use crate::tests::{
    clients, domains, groups, identity_providers, managed_login, mfa_and_style, regions_and_limits, resource_servers,
    secrets, threats, update_pool, user_pools,
};

/// Lanes that tests run in beside each other.
const LANES: usize = 4;

const TESTS: [fn(); 59] = [
    account::an_invitation_is_sent_renewed_or_suppressed,
    account::codes_for_addresses_are_asked_for_within_limits,
    account::every_operation_on_a_user_names_unknown_users_and_pools,
    account::what_admin_create_user_refuses,
    choice::a_lite_pool_has_no_choice,
    devices::a_pool_without_device_configuration_knows_no_devices,
    devices::confirm_device_refuses_what_is_no_verifier_and_a_second_time,
    enumeration::a_client_that_tells_gives_the_older_answers,
    mfa::a_demanded_token_is_set_up_on_the_way,
    mfa::preferences_are_for_what_a_user_has,
    passkeys::a_pool_without_passkeys_refuses_to_register_one,
    passkeys::attack_107_a_registration_begun_at_another_client_is_refused,
    passkeys::attack_107_a_registration_made_for_something_else_is_refused,
    passkeys::attack_109_a_registration_is_good_in_its_own_pool_only,
    passkeys::the_relying_party_is_the_domains_host_unless_the_pool_names_one,
    passkeys::twenty_passkeys_are_the_most,
    recovery::a_forgotten_password_is_reset_by_code_and_ends_all_tokens,
    recovery::administrators_set_passwords_for_good_or_for_once,
    recovery::change_password_wants_the_old_one_and_keeps_the_callers_session_alone,
    recovery::former_passwords_do_not_come_again_where_the_pool_says_so,
    recovery::resets_are_limited_by_the_hour,
    sign_in::attack_28_a_client_with_a_secret_proves_it_for_the_right_name,
    sign_in::usernames_compare_without_case_unless_the_pool_says_so,
    sign_up::an_alias_is_taken_at_confirmation_and_moves_only_by_force,
    sign_up::attack_86_a_preferred_username_is_nobody_elses_address,
    sign_up::attack_90_new_codes_do_not_buy_endless_tries,
    sign_up::attack_91_a_code_is_good_for_its_purpose_alone,
    sign_up::what_sign_up_refuses,
    software_token::a_removed_token_is_asked_for_no_more,
    software_token::tokens_are_only_where_the_pool_has_them_and_by_one_authority,
    tokens::attack_55_a_rotated_refresh_token_comes_again_and_ends_its_chain,
    tokens::revocation_is_refused_for_other_tokens_clients_and_secrets,
    import::jobs_that_cannot_start_or_stop_say_why,
    clients::settings_that_cannot_be_are_refused_at_creation_and_update,
    clients::the_thousand_and_first_client_is_refused,
    domains::the_lite_tier_has_no_managed_login,
    groups::a_group_is_made_shown_changed_and_deleted,
    groups::a_pool_has_at_most_ten_thousand_groups,
    identity_providers::a_pool_has_at_most_three_hundred_providers,
    identity_providers::an_identity_is_linked_shown_and_unlinked,
    identity_providers::links_that_cannot_be_are_refused,
    identity_providers::names_and_identifiers_belong_to_one_provider,
    managed_login::a_client_has_one_style_and_takes_it_along,
    managed_login::a_style_is_made_shown_changed_and_deleted,
    managed_login::a_terms_document_is_made_shown_changed_and_deleted,
    managed_login::the_images_of_a_style_are_bounded_together,
    mfa_and_style::factors_that_cannot_be_are_refused,
    regions_and_limits::a_replica_is_a_further_region_of_the_pool,
    regions_and_limits::limits_are_provisioned_between_default_and_quota,
    regions_and_limits::log_delivery_is_checked_kept_and_given_back,
    regions_and_limits::replicas_that_cannot_be_are_refused,
    regions_and_limits::session_settings_are_kept_and_given_back,
    resource_servers::a_pool_has_at_most_twenty_five_servers,
    secrets::attack_29_both_secrets_work_until_one_is_deleted,
    threats::a_user_is_told_and_answers_by_the_token_of_the_message,
    update_pool::a_tier_is_not_left_while_its_features_are_on,
    update_pool::updates_are_refused_as_creations_are,
    user_pools::settings_that_cannot_be_are_refused,
    user_pools::the_thousand_and_first_pool_is_refused,
];

/// What calls of these tests ended in.
pub fn seen() -> Shown {
    let lane = |first: usize| {
        TESTS.iter().skip(first).step_by(LANES).for_each(|test| test());
        refused_since()
    };
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|first| scope.spawn(move || lane(first))).collect();
        lanes.into_iter().flat_map(|lane| lane.join().expect("a test of another file failed")).collect()
    })
}
