//! Virtual MFA devices, and what is proven with them.

use aws_types::Caller;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use world::Clock as _;

use crate::Question;
use crate::testing::{World, document, text};

const SERIAL: &str = "arn:aws:iam::123456789012:mfa/phone";
const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const WRONG: &str = "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const UNKNOWN: &str = "AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your \
                       MFA serial number is valid and associated with this user.";

/// A device as a person holds it.
struct Phone(Vec<u8>);

impl Phone {
    fn of(answer: &Value) -> Self {
        let seed = STANDARD.decode(text(answer, "/VirtualMFADevice/Base32StringSeed")).unwrap();
        let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
        for character in String::from_utf8(seed).unwrap().chars() {
            bits = (bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(character).map(|at| at as u32).unwrap();
            held += 5;
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
                bits &= (1 << held) - 1;
            }
        }
        Self(bytes)
    }

    /// The code so many steps from now.
    fn code(&self, world: &World, steps: i64) -> String {
        totp::at(&self.0, totp::step_of(world.clock.now().secs()) + steps)
    }

    fn pair(&self, world: &World, steps: i64) -> Value {
        json!({"UserName": "alice", "SerialNumber": SERIAL, "AuthenticationCode1": self.code(world, steps - 1),
            "AuthenticationCode2": self.code(world, steps)})
    }
}

/// A user with a phone that is enabled; the phone's next unused code is one step ahead.
async fn world() -> (World, Caller, Phone) {
    let world = World::new();
    let alice = world.user("alice").await;
    let phone = Phone::of(&world.ok("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "phone"})).await);
    world.ok("EnableMFADevice", phone.pair(&world, 0)).await;
    (world, alice, phone)
}

fn proof(code: &str) -> Value {
    json!({"SerialNumber": SERIAL, "TokenCode": code})
}

#[tokio::test]
async fn a_device_is_made_given_listed_taken_and_deleted() {
    let (world, alice, _) = world().await;
    let shown = world.ok_as(alice.clone(), "ListMFADevices", json!({})).await;
    assert_eq!(
        shown["MFADevices"],
        json!([{"UserName": "alice", "SerialNumber": SERIAL, "EnableDate": 1_767_323_045}])
    );
    let answer = world.ok("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "spare", "Path": "/a/"})).await;
    assert_eq!(answer["VirtualMFADevice"]["SerialNumber"], "arn:aws:iam::123456789012:mfa/a/spare");
    assert!(STANDARD.decode(text(&answer, "/VirtualMFADevice/QRCodePNG")).unwrap().starts_with(b"\x89PNG"));
    for (status, names) in [("Any", 2), ("Assigned", 1), ("Unassigned", 1)] {
        let list = world.ok("ListVirtualMFADevices", json!({"AssignmentStatus": status})).await;
        assert_eq!(list["VirtualMFADevices"].as_array().unwrap().len(), names, "{status}");
        assert!(!list.to_string().contains("Base32StringSeed"));
    }
    let assigned = world.ok("ListVirtualMFADevices", json!({"AssignmentStatus": "Assigned"})).await;
    assert_eq!(assigned["VirtualMFADevices"][0]["User"]["Arn"], ALICE);
    let summary = world.ok("GetAccountSummary", json!({})).await;
    assert_eq!(
        (&summary["SummaryMap"]["MFADevices"], &summary["SummaryMap"]["MFADevicesInUse"]),
        (&json!(2), &json!(1))
    );

    assert_eq!(
        world.refused("DeleteVirtualMFADevice", json!({"SerialNumber": SERIAL})).await,
        "DeleteConflict: MFA VirtualDevice in use. Must deactivate first."
    );
    world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let keys = world.ok("ListAccessKeys", json!({"UserName": "alice"})).await;
    let id = text(&keys, "/AccessKeyMetadata/0/AccessKeyId");
    world.ok("DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": id})).await;
    assert_eq!(
        world.refused("DeleteUser", json!({"UserName": "alice"})).await,
        "DeleteConflict: Cannot delete entity, must delete MFA device first."
    );
    world.ok("DeactivateMFADevice", json!({"UserName": "alice", "SerialNumber": SERIAL})).await;
    world.ok("DeleteVirtualMFADevice", json!({"SerialNumber": SERIAL})).await;
    world.ok("DeleteUser", json!({"UserName": "alice"})).await;
    let list = world.ok("ListVirtualMFADevices", json!({})).await;
    assert_eq!(list["VirtualMFADevices"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn refusals_of_devices() {
    let (world, _, phone) = world().await;
    world.user("bob").await;
    let absent = "arn:aws:iam::123456789012:mfa/absent";
    let none = format!("NoSuchEntity: VirtualMFADevice with serial number {absent} does not exist.");
    let mine = format!("NoSuchEntity: MFA device with serial number {SERIAL} does not exist.");
    let with = |key: &str, value: &str| {
        let mut input = phone.pair(&world, 0);
        input[key] = json!(value);
        input
    };
    let spare = Phone::of(&world.ok("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": "spare"})).await);
    let mut of_spare = spare.pair(&world, 0);
    of_spare["SerialNumber"] = json!("arn:aws:iam::123456789012:mfa/spare");
    let mut reversed = of_spare.clone();
    reversed["AuthenticationCode1"] = of_spare["AuthenticationCode2"].clone();
    let mut nobody = of_spare.clone();
    nobody["UserName"] = json!("nobody");
    let invalid = "InvalidAuthenticationCode: Authentication code for device is not valid.";
    for (operation, input, refusal) in [
        (
            "CreateVirtualMFADevice",
            json!({"VirtualMFADeviceName": "Phone"}),
            "EntityAlreadyExists: MFADevice entity at the same path and name already exists.",
        ),
        ("EnableMFADevice", with("SerialNumber", absent), &none),
        ("EnableMFADevice", phone.pair(&world, 1), "EntityAlreadyExists: MFA device is already in use."),
        ("EnableMFADevice", reversed, invalid),
        ("EnableMFADevice", nobody, "NoSuchEntity: The user with name nobody cannot be found."),
        ("ResyncMFADevice", phone.pair(&world, 0), invalid),
        ("ResyncMFADevice", phone.pair(&world, 1), invalid),
        ("ResyncMFADevice", with("UserName", "bob"), &mine),
        ("ResyncMFADevice", with("SerialNumber", absent), &none),
        ("DeactivateMFADevice", json!({"UserName": "bob", "SerialNumber": SERIAL}), &mine),
        ("DeactivateMFADevice", json!({"SerialNumber": SERIAL}), &mine),
        ("DeleteVirtualMFADevice", json!({"SerialNumber": absent}), &none),
        ("TagMFADevice", json!({"SerialNumber": absent, "Tags": []}), &none),
        ("UntagMFADevice", json!({"SerialNumber": absent, "TagKeys": []}), &none),
        ("ListMFADeviceTags", json!({"SerialNumber": absent}), &none),
        ("ListMFADevices", json!({"UserName": "nobody"}), "NoSuchEntity: The user with name nobody cannot be found."),
    ] {
        assert_eq!(world.refused(operation, input).await, refusal, "{operation}");
    }
    for n in 0..7 {
        let name = format!("p{n}");
        let more = Phone::of(&world.ok("CreateVirtualMFADevice", json!({"VirtualMFADeviceName": name})).await);
        let mut input = more.pair(&world, 0);
        input["SerialNumber"] = json!(format!("arn:aws:iam::123456789012:mfa/p{n}"));
        world.ok("EnableMFADevice", input).await;
    }
    assert_eq!(
        world.refused("EnableMFADevice", of_spare).await,
        "LimitExceeded: Cannot exceed quota for MFADevicesPerUser: 8"
    );
}

#[tokio::test]
async fn devices_bear_tags() {
    let (world, _, _) = world().await;
    world.ok("TagMFADevice", json!({"SerialNumber": SERIAL, "Tags": [{"Key": "a", "Value": "1"}]})).await;
    let tags = world.ok("ListMFADeviceTags", json!({"SerialNumber": SERIAL})).await;
    assert_eq!(tags["Tags"], json!([{"Key": "a", "Value": "1"}]));
    world.ok("UntagMFADevice", json!({"SerialNumber": SERIAL, "TagKeys": ["A"]})).await;
    let reserved = json!({"SerialNumber": SERIAL, "Tags": [{"Key": "aws:a", "Value": "1"}]});
    assert!(world.refused("TagMFADevice", reserved).await.starts_with("InvalidInput: "));
    assert_eq!(world.ok("ListMFADeviceTags", json!({"SerialNumber": SERIAL})).await["Tags"], json!([]));
}

#[tokio::test]
async fn attack_102_a_code_is_taken_once_and_in_its_time() {
    let (world, alice, phone) = world().await;
    let next = phone.code(&world, 1);
    for wrong in [phone.code(&world, 0), phone.code(&world, -1), phone.code(&world, 3)] {
        assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(&wrong)).await, WRONG, "{wrong}");
    }
    world.ok_as(alice.clone(), "GetSessionToken", proof(&next)).await;
    assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(&next)).await, WRONG);
    // Many at once: one gets through.
    world.clock.advance_s(60);
    let code = phone.code(&world, 0);
    let calls = (0..8).map(|_| world.call(alice.clone(), "GetSessionToken", proof(&code)));
    let mut taken = 0;
    for call in calls.collect::<Vec<_>>() {
        taken += usize::from(call.await.is_ok());
    }
    assert_eq!(taken, 1);
    for (input, refusal) in [
        (
            json!({"SerialNumber": SERIAL}),
            "AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
        ),
        (json!({"SerialNumber": "arn:aws:iam::123456789012:mfa/none", "TokenCode": "123456"}), UNKNOWN),
    ] {
        assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", input).await, refusal);
    }
    let bob = world.user("bob").await;
    world.clock.advance_s(60);
    for other in [bob, Caller::Root] {
        assert_eq!(world.refused_as(other, "GetSessionToken", proof(&phone.code(&world, 0))).await, UNKNOWN);
    }
}

#[tokio::test]
async fn attack_103_guessing_closes_the_device_for_a_while() {
    let (world, alice, phone) = world().await;
    world.clock.advance_s(60);
    let good = phone.code(&world, 0);
    let wrong = if good == "000000" { "000001" } else { "000000" };
    for _ in 0..10 {
        assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(wrong)).await, WRONG);
    }
    assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(&good)).await, WRONG);
    world.clock.advance_s(299);
    assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(&phone.code(&world, 0))).await, WRONG);
    world.clock.advance_s(1);
    world.ok_as(alice, "GetSessionToken", proof(&phone.code(&world, 0))).await;
}

#[tokio::test]
async fn a_clock_that_is_off_is_learnt() {
    let (world, alice, phone) = world().await;
    assert_eq!(world.refused_as(alice.clone(), "GetSessionToken", proof(&phone.code(&world, 6))).await, WRONG);
    world.ok("ResyncMFADevice", phone.pair(&world, 6)).await;
    world.ok_as(alice.clone(), "GetSessionToken", proof(&phone.code(&world, 7))).await;
    assert_eq!(
        world.refused("ResyncMFADevice", phone.pair(&world, 25)).await,
        "InvalidAuthenticationCode: Authentication code for device is not valid."
    );
    // Nor is it lost with a new name of its user.
    world.ok("UpdateUser", json!({"UserName": "alice", "NewUserName": "carol"})).await;
    let shown = world.ok("ListMFADevices", json!({"UserName": "carol"})).await;
    assert_eq!(shown["MFADevices"][0]["UserName"], "carol");
}

#[tokio::test]
async fn a_session_tells_whether_and_when_mfa_was_proven() {
    let (world, alice, phone) = world().await;
    let statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {
        "Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}});
    let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("PutUserPolicy", json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": policy})).await;
    let plain = world.session(&world.ok_as(alice.clone(), "GetSessionToken", json!({})).await);
    let answer = world.ok_as(alice, "GetSessionToken", proof(&phone.code(&world, 1))).await;
    let proven = world.session(&answer);
    let may = async |identity: &crate::Identity, action: &str| {
        let question = Question::new(action, "*", world.clock.now());
        world.rooms.principals.authorize(identity, &question).await.unwrap().is_allowed()
    };
    for action in ["s3:ListAllMyBuckets", "iam:ListUsers"] {
        assert!(!may(&plain, action).await, "{action}");
        assert!(may(&proven, action).await, "{action}");
    }
    assert!(!may(&proven, "sts:GetSessionToken").await);
    world.clock.advance_s(299);
    assert!(may(&proven, "s3:ListAllMyBuckets").await);
    world.clock.advance_s(1);
    assert!(!may(&proven, "s3:ListAllMyBuckets").await);
}

#[tokio::test]
async fn a_role_may_want_mfa_of_who_assumes_it() {
    let (world, alice, phone) = world().await;
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}});
    let trust = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("CreateRole", json!({"RoleName": "r", "AssumeRolePolicyDocument": trust})).await;
    let allow = document("Allow", "s3:*", "*");
    world.ok("PutRolePolicy", json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": allow})).await;
    let role = json!({"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "session"});
    let with = |code: &str| {
        let mut input = role.clone();
        input["SerialNumber"] = json!(SERIAL);
        input["TokenCode"] = json!(code);
        input
    };
    assert!(world.refused_as(alice.clone(), "AssumeRole", role.clone()).await.starts_with("AccessDenied: User: "));
    assert_eq!(world.refused_as(alice.clone(), "AssumeRole", with(&phone.code(&world, 5))).await, WRONG);
    let answer = world.ok_as(alice.clone(), "AssumeRole", with(&phone.code(&world, 1))).await;
    // By a session that was made with it, too; a role's own session does not hand it on.
    world.clock.advance_s(60);
    let session = world.ok_as(alice, "GetSessionToken", proof(&phone.code(&world, 0))).await;
    let session = world.open(&session);
    world.ok_as(session, "AssumeRole", role).await;
    let crate::Identity::Session(of_role) = world.session(&answer) else { panic!("no session") };
    assert_eq!(of_role.mfa_s, None);
}
