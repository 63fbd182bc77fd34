//! Each error that the model lists for an operation with code is provoked by a test of this crate, or cannot occur here
//! for a reason that is given.
//!
//! Scenes that are alike for many operations are played here, in tables; `errors/` holds one file a kind. For the others
//! the tests that lead there are run once more (`errors/of_tests.rs`), and what their calls ended in is looked at.

mod bearers;
mod disk;
mod faulty;
mod front_door;
mod functions;
mod of_tests;
mod races;
mod rates;
mod rest;
mod senders;
mod sign_in;

use std::collections::BTreeSet;

use aws_types::schema::{Auth, Kind, Operation, Shape};
use serde_json::{Map, Value, json};

use crate::testing::World;

/// (operation, error) pairs that were seen.
type Shown = BTreeSet<(String, String)>;

/// Errors that no operation can end in here, with the reason.
const NEVER: &[(&str, &str)] = &[
    ("InternalServerException", "what breaks on our side is InternalErrorException everywhere"),
    ("AccessDeniedException", "the caller's policies are judged before the service is asked"),
    ("ForbiddenException", "no web access control list stands before the user pools yet"),
    (
        "TooManyFailedAttemptsException",
        "too many guesses are answered with LimitExceededException or ExpiredCodeException",
    ),
];

/// Errors that a single operation cannot end in here, with the reason.
const NOT_HERE: &[(&str, &str, &str)] = &[
    ("AdminConfirmSignUp", "LimitExceededException", "an administrator's confirmations are not counted"),
    ("AdminCreateUser", "PreconditionNotMetException", "nothing has to be there before a user"),
    ("AdminDisableProviderForUser", "AliasExistsException", "who loses an identity gets no name by it"),
    (
        "CompleteWebAuthnRegistration",
        "LimitExceededException",
        "a user has one registration under way, and none begins where twenty passkeys are",
    ),
    ("DeleteUserPoolClientSecret", "LimitExceededException", "nothing is added"),
    ("DeleteWebAuthnCredential", "LimitExceededException", "nothing is added"),
    ("DescribeUserPoolDomain", "ResourceNotFoundException", "of no domain the description is empty, as on AWS"),
    ("ListUserPoolClientSecrets", "LimitExceededException", "nothing is added"),
    ("ListWebAuthnCredentials", "LimitExceededException", "nothing is added"),
    ("InitiateAuth", "UnsupportedOperationException", "a client that rotates refresh tokens cannot allow the flow"),
    (
        "AdminInitiateAuth",
        "UnsupportedOperationException",
        "a client that rotates refresh tokens cannot allow the flow",
    ),
    ("AdminForgetDevice", "UserNotFoundException", "ResourceNotFoundException says it of devices' owners"),
    ("AdminUpdateDeviceStatus", "UserNotFoundException", "ResourceNotFoundException says it of devices' owners"),
    ("AdminRespondToAuthChallenge", "PasswordResetRequiredException", "a reset ends challenge sessions"),
    ("RespondToAuthChallenge", "PasswordResetRequiredException", "a reset ends challenge sessions"),
    ("AdminRespondToAuthChallenge", "UserNotConfirmedException", "who is not confirmed gets no challenge session"),
    ("RespondToAuthChallenge", "UserNotConfirmedException", "who is not confirmed gets no challenge session"),
    ("ConfirmDevice", "InvalidLambdaResponseException", "no function has a say in devices"),
    ("ConfirmDevice", "InvalidPasswordException", "a device's password never comes here; its verifier is a parameter"),
    ("ConfirmDevice", "UsernameExistsException", "DeviceKeyExistsException says it of devices"),
    ("ConfirmForgotPassword", "UserNotConfirmedException", "who proves their address by the code is confirmed by it"),
    ("CreateTerms", "LimitExceededException", "a client has at most one document of each of the two names"),
    ("CreateUserImportJob", "PreconditionNotMetException", "what a job needs is asked for when it starts"),
    ("CreateUserPool", "TierChangeNotAllowedException", "a new pool had no other tier"),
    (
        "CreateUserPoolClient",
        "FeatureUnavailableInTierException",
        "clients' settings are of every tier; USER_AUTH is refused at sign-in",
    ),
    (
        "UpdateUserPoolClient",
        "FeatureUnavailableInTierException",
        "clients' settings are of every tier; USER_AUTH is refused at sign-in",
    ),
    ("CreateUserPoolDomain", "LimitExceededException", "a second domain of a kind is InvalidParameterException"),
    ("DescribeUserPool", "UserPoolTaggingException", "only writing tags can break their rules"),
    ("GetClientToken", "ResourceNotFoundException", "an unknown client is answered like a wrong secret"),
    (
        "GetProvisionedLimit",
        "ResourceNotFoundException",
        "every account has every category; others are InvalidParameterException",
    ),
    (
        "UpdateProvisionedLimit",
        "ResourceNotFoundException",
        "every account has every category; others are InvalidParameterException",
    ),
    ("GetTokensFromRefreshToken", "UserNotFoundException", "a deleted user's refresh tokens are revoked"),
    ("SetRiskConfiguration", "CodeDeliveryFailureException", "nothing is sent"),
    ("UpdateUserAttributes", "CodeMismatchException", "it takes no code"),
    ("UpdateUserAttributes", "ExpiredCodeException", "it takes no code"),
    ("VerifySoftwareToken", "CodeMismatchException", "EnableSoftwareTokenMFAException says it"),
    (
        "VerifySoftwareToken",
        "InvalidUserPoolConfigurationException",
        "SoftwareTokenMFANotFoundException says it of such pools",
    ),
];

/// What no operation of a bearer ends in: a token ends with its client, its pool and a password that is reset, and nobody
/// gets one before they are confirmed. (Tests in `errors/bearers.rs`.)
const NOT_OF_BEARERS: [&str; 3] =
    ["PasswordResetRequiredException", "UserNotConfirmedException", "ResourceNotFoundException"];

/// Why `InvalidUserPoolConfigurationException` is none of the operations on devices that are there: a pool without
/// DeviceConfiguration has none, and then they are not found.
const NO_DEVICES: [&str; 8] = [
    "AdminForgetDevice",
    "AdminGetDevice",
    "AdminListDevices",
    "AdminUpdateDeviceStatus",
    "ForgetDevice",
    "GetDevice",
    "ListDevices",
    "UpdateDeviceStatus",
];

/// Why `NotAuthorizedException` of a signed operation is not its own: the caller's policies answer first, with
/// AccessDeniedException.
const SIGNED: &str = "NotAuthorizedException";

fn built() -> impl Iterator<Item = &'static Operation> {
    crate::BUILT.iter().map(|(name, _)| model_cognito_idp::MODEL.operation(name).expect("an operation of the model"))
}

/// An input that reads: required members alone, with ids that exist nowhere.
fn input(operation: &Operation) -> Value {
    operation.input.map_or_else(|| json!({}), |shape| sample(shape, ""))
}

fn sample(shape: &Shape, name: &str) -> Value {
    match name {
        "UserPoolId" => return json!("eu-west-1_AbsentPool"),
        "ResourceArn" => return json!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbsentPool"),
        _ => {}
    }
    match &shape.kind {
        Kind::Structure(structure) => {
            let required = structure.members.iter().filter(|member| member.required);
            let members = required.map(|member| (member.name.to_owned(), sample(member.shape, member.name)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        Kind::Boolean => json!(false),
        Kind::String(text) => json!(text.values.first().copied().unwrap_or("absent")),
        Kind::Blob(_) => json!(""),
        _ => json!(1),
    }
}

/// Whether the operation's input has such a member.
fn takes(operation: &Operation, member: &str) -> bool {
    let structure = operation.input.map(|shape| &shape.kind);
    matches!(structure, Some(Kind::Structure(shape)) if shape.members.iter().any(|known| known.name == member))
}

/// Plays a scene: a call that must end in this error.
async fn expect(world: &World, shown: &mut Shown, operation: &str, input: Value, code: &str) {
    match world.call(operation, input).await {
        Ok(output) => panic!("{operation} did not end in {code}: {output}"),
        Err(error) => {
            assert!(error.internal.is_none(), "{operation}: {error:?}");
            assert_eq!(error.code, code, "{operation}: {error}");
        }
    }
    shown.insert((operation.to_owned(), code.to_owned()));
}

/// Plays all scenes; answers what was provoked.
async fn played() -> Shown {
    let mut shown = elsewhere().await;
    front_door::play(&mut shown);
    bearers::play(&mut shown).await;
    functions::play(&mut shown).await;
    races::play(&mut shown).await;
    sign_in::play(&mut shown).await;
    rest::play(&mut shown).await;
    senders::play(&mut shown).await;
    disk::play(&mut shown).await;
    rates::play(&mut shown).await;
    shown
}

/// What is asked about is nowhere, or the pool is asked in its second region.
async fn elsewhere() -> Shown {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateUserPoolReplica", json!({"UserPoolId": pool, "RegionName": "eu-central-1"})).await;
    let there = world.context("eu-central-1");
    let mut provoked = BTreeSet::new();
    for operation in built() {
        let absent = input(operation);
        let mut present = absent.clone();
        if takes(operation, "UserPoolId") {
            present["UserPoolId"] = json!(pool);
        }
        if present.get("ResourceArn").is_some() {
            present["ResourceArn"] = json!(format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{pool}"));
        }
        let mut tried =
            vec![world.call(operation.name, absent).await, world.call(operation.name, present.clone()).await];
        tried.push(world.call_as(&there, operation.name, present).await);
        for refusal in tried.into_iter().filter_map(Result::err) {
            assert!(refusal.internal.is_none(), "{}: {refusal:?}", operation.name);
            provoked.insert((operation.name.to_owned(), refusal.code.to_string()));
        }
    }
    provoked
}

fn cannot_occur(operation: &Operation, error: &str) -> bool {
    let named = |(of, never, _): &(&str, &str, &str)| *of == operation.name && *never == error;
    match error {
        SIGNED if operation.auth == Auth::SigV4 => true,
        // What names no pool is answered wherever the call came in, and so is what a second region takes.
        "OperationNotEnabledException" => {
            let names_pool = takes(operation, "UserPoolId") || takes(operation, "ResourceArn");
            !names_pool || crate::replica::is_taken(operation.name)
        }
        "InvalidUserPoolConfigurationException" if NO_DEVICES.contains(&operation.name) => true,
        error if takes(operation, "AccessToken") && NOT_OF_BEARERS.contains(&error) => true,
        error => NEVER.iter().any(|(never, _)| *never == error) || NOT_HERE.iter().any(named),
    }
}

#[tokio::test]
async fn every_modelled_error_is_provoked_or_explained() {
    let shown: Shown = played().await.into_iter().chain(of_tests::seen()).collect();
    let mut missing = Vec::new();
    for operation in built() {
        for error in operation.errors.iter().filter(|error| !cannot_occur(operation, error.name)) {
            if !shown.contains(&(operation.name.to_owned(), error.code.to_owned())) {
                missing.push(format!("{} {}", operation.name, error.name));
            }
        }
    }
    assert!(missing.is_empty(), "no test provokes these errors, and no reason is given:\n{}", missing.join("\n"));
    for (operation, error, why) in NOT_HERE {
        let pair = ((*operation).to_owned(), (*error).to_owned());
        assert!(!shown.contains(&pair), "{operation} ends in {error}, though it is said that {why}");
    }
}
