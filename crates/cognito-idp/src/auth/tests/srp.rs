use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::{Strategy as _, any};
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Lab, OTHER, PASSWORD, tokens};
use crate::testing::text;
use ::srp::{Names, client};

/// The manual clock's moment.
pub const NOW: &str = "Fri Jan 2 03:04:05 UTC 2026";
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

async fn lab(mut client: Value) -> Lab {
    client["ExplicitAuthFlows"] = json!(["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    Lab::with(json!({}), client).await
}

fn start(lab: &Lab, name: &str, srp_a: &str) -> Value {
    let parameters = json!({ "USERNAME": name, "SRP_A": srp_a });
    json!({ "ClientId": lab.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters })
}

async fn begin(lab: &Lab, name: &str) -> Value {
    lab.ok("InitiateAuth", start(lab, name, &client::srp_a())).await["ChallengeParameters"].clone()
}

pub fn answer(lab: &Lab, challenge: &Value, password: &str, timestamp: &str) -> Value {
    answer_by(lab, challenge, (password, &client::A), timestamp)
}

/// What a client answers whose secret number is `a`.
fn answer_by(lab: &Lab, challenge: &Value, (password, a): (&str, &[u8; 32]), timestamp: &str) -> Value {
    let parameter = |name: &str| text(challenge, &format!("/{name}"));
    let (user, block) = (parameter("USER_ID_FOR_SRP"), parameter("SECRET_BLOCK"));
    let names = Names { pool: lab.pool.split_once('_').unwrap().1, user: &user };
    let opened = STANDARD.decode(&block).unwrap();
    let given = (parameter("SALT"), parameter("SRP_B"));
    let signature = client::claim(names, password, (&given.0, &given.1, &opened, a), timestamp);
    let responses = json!({
        "USERNAME": user,
        "PASSWORD_CLAIM_SECRET_BLOCK": block,
        "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(signature),
        "TIMESTAMP": timestamp,
    });
    json!({ "ClientId": lab.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses })
}

async fn respond_refused(lab: &Lab, input: Value) -> String {
    lab.refused("RespondToAuthChallenge", input).await
}

#[tokio::test]
async fn a_password_is_proven_without_being_sent() {
    let lab = lab(json!({})).await;
    lab.user("Alice").await;
    let answered = lab.ok("InitiateAuth", start(&lab, "alice", &client::srp_a())).await;
    assert_eq!(answered["ChallengeName"], "PASSWORD_VERIFIER");
    assert!(answered.get("Session").is_none());
    let challenge = &answered["ChallengeParameters"];
    assert_eq!((&challenge["USER_ID_FOR_SRP"], &challenge["USERNAME"]), (&json!("Alice"), &json!("Alice")));
    assert_eq!(respond_refused(&lab, answer(&lab, challenge, "wrong", NOW)).await, WRONG);
    let done = lab.ok("RespondToAuthChallenge", answer(&lab, challenge, PASSWORD, NOW)).await;
    lab.get_user(&tokens(&done).access).await;
}

/// Letters and marks of one to four bytes.
const LETTERS: &str = "abcdefgABCDEFG0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äßéñøжЩłあ漢한🐉";

/// Usernames, passwords and the clients' secret numbers.
fn random_pairs(count: usize) -> Vec<(String, String, [u8; 32])> {
    let letters: Vec<char> = LETTERS.chars().collect();
    let word = |lengths| vec(select(letters.clone()), lengths).prop_map(String::from_iter);
    let pairs = vec((word(1..40), word(8..60), any::<[u8; 32]>()), count);
    let mut pairs = pairs.new_tree(&mut TestRunner::default()).unwrap().current();
    pairs.iter_mut().enumerate().for_each(|(n, (name, ..))| name.insert_str(0, &n.to_string()));
    pairs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_random_users_sign_in_by_their_random_passwords() {
    let free = json!({ "PasswordPolicy": { "MinimumLength": 8, "RequireLowercase": false } });
    let client = json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"] });
    let lab = Arc::new(Lab::with(json!({ "Policies": free }), client).await);
    let mut tasks = JoinSet::new();
    for pairs in random_pairs(1000).chunks(250).map(<[_]>::to_vec) {
        let lab = Arc::clone(&lab);
        tasks.spawn(async move {
            for (name, password, a) in pairs {
                lab.admin("AdminCreateUser", &name, json!({ "MessageAction": "SUPPRESS" })).await;
                let given = json!({ "Password": password, "Permanent": true });
                lab.admin("AdminSetUserPassword", &name, given).await;
                let begun = lab.ok("InitiateAuth", start(&lab, &name, &client::public(&a))).await;
                let proof = answer_by(&lab, &begun["ChallengeParameters"], (&password, &a), NOW);
                tokens(&lab.ok("RespondToAuthChallenge", proof).await);
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn a_temporary_password_leads_on_to_a_new_one() {
    let lab = lab(json!({})).await;
    lab.admin("AdminCreateUser", "alice", json!({ "TemporaryPassword": PASSWORD })).await;
    let challenge = begin(&lab, "alice").await;
    let next = lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, PASSWORD, NOW)).await;
    assert_eq!(next["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({ "USERNAME": "alice", "NEW_PASSWORD": OTHER });
    let input = json!({
        "ClientId": lab.client, "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": next["Session"], "ChallengeResponses": responses,
    });
    tokens(&lab.ok("RespondToAuthChallenge", input).await);
    let challenge = begin(&lab, "alice").await;
    tokens(&lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, OTHER, NOW)).await);
}

#[tokio::test]
async fn attack_77_numbers_outside_the_group_are_refused() {
    let lab = lab(json!({})).await;
    lab.user("alice").await;
    for srp_a in ["0", "00", "-1", "zz", &"f".repeat(768), &"f".repeat(2000)] {
        let refused = lab.refused("InitiateAuth", start(&lab, "alice", srp_a)).await;
        assert_eq!(refused, "InvalidParameterException: Invalid SRP_A");
    }
    let missing = lab.refused("InitiateAuth", start(&lab, "alice", "")).await;
    assert_eq!(missing, "InvalidParameterException: Missing required parameter SRP_A");
}

#[tokio::test]
async fn attack_78_a_claim_is_good_once_in_time_for_its_user_client_and_pool() {
    let lab = lab(json!({})).await;
    lab.user("alice").await;
    lab.user("bob").await;
    let challenge = begin(&lab, "alice").await;
    let good = answer(&lab, &challenge, PASSWORD, NOW);
    for timestamp in ["Fri Jan 2 02:59:04 UTC 2026", "Fri Jan 2 03:09:06 UTC 2026", "now"] {
        assert_eq!(respond_refused(&lab, answer(&lab, &challenge, PASSWORD, timestamp)).await, WRONG, "{timestamp}");
    }
    let mut others = good.clone();
    others["ChallengeResponses"]["USERNAME"] = json!("bob");
    assert_eq!(respond_refused(&lab, others).await, WRONG);
    let mut tampered = good.clone();
    let block = text(&tampered, "/ChallengeResponses/PASSWORD_CLAIM_SECRET_BLOCK");
    tampered["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"] = json!(block.replace(['A', 'b'], "c"));
    assert_eq!(respond_refused(&lab, tampered).await, WRONG);
    let mut elsewhere = good.clone();
    elsewhere["ClientId"] = json!(lab.world.client(&lab.pool, json!({})).await);
    assert_eq!(respond_refused(&lab, elsewhere).await, WRONG);
    lab.ok("RespondToAuthChallenge", good.clone()).await;
    assert_eq!(respond_refused(&lab, good).await, WRONG, "replay");

    let challenge = begin(&lab, "alice").await;
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": OTHER, "Permanent": true })).await;
    assert_eq!(respond_refused(&lab, answer(&lab, &challenge, PASSWORD, NOW)).await, WRONG, "an old password");
    let challenge = begin(&lab, "alice").await;
    lab.advance_s(180);
    assert_eq!(respond_refused(&lab, answer(&lab, &challenge, OTHER, NOW)).await, WRONG, "too late");
}

#[tokio::test]
async fn attack_70_srp_shares_the_counter_of_all_flows() {
    let lab = lab(json!({})).await;
    lab.user("alice").await;
    let challenge = begin(&lab, "alice").await;
    for _ in 0..5 {
        assert_eq!(respond_refused(&lab, answer(&lab, &challenge, "wrong", NOW)).await, WRONG);
    }
    let locked = "NotAuthorizedException: Password attempts exceeded";
    assert_eq!(respond_refused(&lab, answer(&lab, &challenge, PASSWORD, NOW)).await, locked);
    lab.advance_s(1);
    tokens(&lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, PASSWORD, NOW)).await);
}

#[tokio::test]
async fn attack_67_a_name_without_user_has_a_stable_salt_and_fails_only_at_the_end() {
    let lab = lab(json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    lab.user("alice").await;
    for name in ["nobody", "alice"] {
        let (first, second) = (begin(&lab, name).await, begin(&lab, name).await);
        assert_eq!(first["SALT"], second["SALT"], "{name}");
        assert_ne!(first["SRP_B"], second["SRP_B"], "{name}");
        assert!((28..=32).contains(&text(&first, "/SALT").len()));
        assert!(text(&first, "/SRP_B").len() > 760);
        for _ in 0..2 {
            assert_eq!(respond_refused(&lab, answer(&lab, &first, "wrong", NOW)).await, WRONG, "{name}");
        }
    }
    let telling = self::lab(json!({})).await;
    let refused = telling.refused("InitiateAuth", start(&telling, "nobody", &client::srp_a())).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
async fn attack_65_srp_calls_a_name_without_user_as_it_calls_users() {
    let client = json!({
        "PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    });
    let lab = Lab::with(json!({ "UsernameAttributes": ["email"] }), client.clone()).await;
    lab.admin("AdminCreateUser", "alice@example.com", json!({ "MessageAction": "SUPPRESS" })).await;
    let is_id = |text: &str| text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let mut ids = Vec::new();
    for name in ["alice@example.com", "nobody@example.com"] {
        let (first, second) = (begin(&lab, name).await, begin(&lab, &name.to_uppercase()).await);
        let id = text(&first, "/USER_ID_FOR_SRP");
        assert!(is_id(&id), "{name}: {id}");
        assert_eq!((text(&second, "/USER_ID_FOR_SRP"), text(&first, "/USERNAME")), (id.clone(), id.clone()));
        assert_eq!(first["SALT"], second["SALT"], "{name}");
        for _ in 0..5 {
            assert_eq!(respond_refused(&lab, answer(&lab, &first, "wrong", NOW)).await, WRONG, "{name}");
        }
        let locked = respond_refused(&lab, answer(&lab, &second, "wrong", NOW)).await;
        assert_eq!(locked, "NotAuthorizedException: Password attempts exceeded", "{name}");
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    let lab = Lab::with(json!({ "AliasAttributes": ["email"] }), client).await;
    assert!(is_id(&text(&begin(&lab, "nobody@example.com").await, "/USERNAME")));
    assert_eq!(begin(&lab, "Nobody").await["USERNAME"], "nobody");
}

#[tokio::test]
async fn attack_79_verifiers_do_not_lie_open_in_the_store() {
    let lab = lab(json!({})).await;
    lab.user("alice").await;
    let items = lab.world.store.query(&crate::table::pool_pk(&lab.pool), "user#", None, 10).await.unwrap();
    let body = String::from_utf8(items[0].body.clone()).unwrap();
    assert!(body.contains("alice") && !body.contains("argon2"));
    let salt = text(&begin(&lab, "alice").await, "/SALT");
    assert!(!body.contains(&salt));
}

#[tokio::test]
async fn the_flow_must_be_allowed_and_its_parameters_be_there() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    assert_eq!(
        lab.refused("InitiateAuth", start(&lab, "alice", &client::srp_a())).await,
        "InvalidParameterException: USER_SRP_AUTH flow not enabled for this client"
    );
    let lab = self::lab(json!({})).await;
    lab.user("alice").await;
    let challenge = begin(&lab, "alice").await;
    for name in ["PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"] {
        let mut input = answer(&lab, &challenge, PASSWORD, NOW);
        input["ChallengeResponses"].as_object_mut().unwrap().remove(name);
        let expected = format!("InvalidParameterException: Missing required parameter {name}");
        assert_eq!(respond_refused(&lab, input).await, expected);
    }
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    assert_eq!(
        respond_refused(&lab, answer(&lab, &challenge, PASSWORD, NOW)).await,
        "NotAuthorizedException: User is disabled."
    );
}
