//! Jobs from the outside: made, filled, started, watched; what becomes of their lines.

use std::sync::Arc;

use aws_types::ByteStream;
use bytes::Bytes;
use serde_json::{Value, json};
use store::{MasterKey, Store};

use super::csv::{MFA_ENABLED, PASSWORD_HASH, USERNAME};
use super::upload::{Target, UploadError};
use crate::auth::tests::{Lab, PASSWORD, attributes};
use crate::testing::{World, config, text};

const ROLE: &str = "arn:aws:iam::123456789012:role/import";
/// bcrypt of [`PASSWORD`], cost 4.
const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuuuGd5G6XQtxq053SV3cZQia11sZirVfe";

struct Job<'a> {
    lab: &'a Lab,
    id: String,
    url: String,
}

impl<'a> Job<'a> {
    async fn new(lab: &'a Lab, algorithm: Option<&str>) -> Self {
        let mut input = json!({ "UserPoolId": lab.pool, "JobName": "people", "CloudWatchLogsRoleArn": ROLE });
        if let Some(algorithm) = algorithm {
            input["PasswordHashingAlgorithm"] = json!(algorithm);
        }
        let made = lab.ok("CreateUserImportJob", input).await;
        Self { lab, id: text(&made, "/UserImportJob/JobId"), url: text(&made, "/UserImportJob/PreSignedUrl") }
    }

    fn input(&self) -> Value {
        json!({ "UserPoolId": self.lab.pool, "JobId": self.id })
    }

    fn target(&self) -> Target<'_> {
        let query = self.url.split_once('?').unwrap().1;
        Target { pool_id: &self.lab.pool, job_id: &self.id, query }
    }

    async fn put(&self, file: &str) -> Result<(), UploadError> {
        let body = ByteStream::from_bytes(Bytes::from(file.to_owned()));
        self.lab.world.service.receive_import_file(self.target(), body).await
    }

    async fn describe(&self) -> Value {
        self.lab.ok("DescribeUserImportJob", self.input()).await["UserImportJob"].clone()
    }

    async fn start(&self) {
        let answer = self.lab.ok("StartUserImportJob", self.input()).await;
        assert_eq!(answer["UserImportJob"]["Status"], "Pending");
    }

    /// Nobody tells when a job is over, so it is asked.
    async fn over(&self) -> Value {
        for _ in 0..100_000 {
            let job = self.describe().await;
            if job["CompletionDate"] != Value::Null {
                return job;
            }
            tokio::task::yield_now().await;
        }
        panic!("the job does not end");
    }

    async fn run(&self, file: &str) -> Value {
        self.put(file).await.unwrap();
        self.start().await;
        self.over().await
    }

    async fn log(&self) -> Vec<String> {
        let log = self.lab.world.service.import_log(self.target()).await.unwrap();
        log.lines().map(str::to_owned).collect()
    }
}

fn counts(job: &Value) -> (i64, i64, i64) {
    let count = |name: &str| job[name].as_i64().unwrap();
    (count("ImportedUsers"), count("SkippedUsers"), count("FailedUsers"))
}

/// A file with the pool's header, and for each row the named values.
async fn file(lab: &Lab, more: &[&str], rows: &[&[(&str, &str)]]) -> String {
    let answer = lab.ok("GetCSVHeader", json!({ "UserPoolId": lab.pool })).await;
    let mut header: Vec<String> =
        answer["CSVHeader"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    header.extend(more.iter().map(|name| (*name).to_owned()));
    let mut text = header.join(",");
    for row in rows {
        let value =
            |name: &String| row.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value).to_owned();
        let values: Vec<String> = header.iter().map(value).collect();
        text.push('\n');
        text.push_str(&values.join(","));
    }
    text
}

fn person<'a>(name: &'a str, email: &'a str) -> [(&'a str, &'a str); 4] {
    [(USERNAME, name), (MFA_ENABLED, "false"), ("email", email), ("email_verified", "TRUE")]
}

#[tokio::test]
async fn the_header_has_every_attribute_of_the_pool() {
    let schema = json!([{ "Name": "team", "AttributeDataType": "String" }]);
    let lab = Lab::with(json!({ "AutoVerifiedAttributes": ["email"], "Schema": schema }), json!({})).await;
    let answer = lab.ok("GetCSVHeader", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(answer["UserPoolId"], json!(lab.pool));
    let expected = [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "email_verified",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
        "phone_number_verified",
        "address",
        "updated_at",
        "custom:team",
        "cognito:mfa_enabled",
        "cognito:username",
    ];
    assert_eq!(answer["CSVHeader"], json!(expected));
}

#[tokio::test]
async fn a_job_imports_users_who_then_reset_their_passwords() {
    let lab = Lab::new().await;
    let job = Job::new(&lab, None).await;
    assert_eq!(job.describe().await["Status"], "Created");
    let (alice, bob) = (person("alice", "alice@example.com"), person("bob", "bob@example.com"));
    let done = job.run(&(file(&lab, &[], &[&alice, &bob]).await + "\r\n\n")).await;
    assert_eq!((done["Status"].as_str(), counts(&done)), (Some("Succeeded"), (2, 0, 0)), "{done}");
    assert_eq!(done["CompletionMessage"], "Import Job Completed Successfully.");
    assert_eq!((&done["JobName"], &done["CloudWatchLogsRoleArn"]), (&json!("people"), &json!(ROLE)));
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!((&user["UserStatus"], &user["Enabled"]), (&json!("RESET_REQUIRED"), &json!(true)));
    assert_eq!(attributes(&user)["email_verified"], "true");
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, "NotAuthorizedException: Incorrect username or password.");
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let given = json!({ "ConfirmationCode": lab.code(), "Password": PASSWORD });
    lab.ok("ConfirmForgotPassword", lab.about("alice", given)).await;
    lab.sign_in("alice", PASSWORD).await;
    assert_eq!(
        job.log().await,
        ["[SUCCEEDED] Line Number 2 - The import succeeded.", "[SUCCEEDED] Line Number 3 - The import succeeded."]
    );
}

#[tokio::test]
async fn each_line_that_makes_no_user_is_counted_and_told_without_its_values() {
    let lab = Lab::new().await;
    lab.user("taken").await;
    let job = Job::new(&lab, None).await;
    let taken = person("taken", "t@example.com");
    let twice = person("twice", "t2@example.com");
    let unproven = [(USERNAME, "u"), (MFA_ENABLED, "false"), ("email", "u@example.com"), ("email_verified", "false")];
    let bad_email = person("bad", "no-address-of-anyone");
    let nameless = [(MFA_ENABLED, "false"), ("email", "n@example.com"), ("email_verified", "true")];
    let no_phone = [(USERNAME, "p"), (MFA_ENABLED, "true"), ("email", "p@example.com"), ("email_verified", "true")];
    let rows: [&[(&str, &str)]; 7] = [&taken, &twice, &twice, &unproven, &bad_email, &nameless, &no_phone];
    let done = job.run(&(file(&lab, &[], &rows).await + "\ntoo,few")).await;
    assert_eq!((done["Status"].as_str(), counts(&done)), (Some("Succeeded"), (1, 2, 5)), "{done}");
    let log = job.log().await;
    assert_eq!(log[0], "[SKIPPED] Line Number 2 - The user already exists.");
    assert_eq!(log[2], "[SKIPPED] Line Number 4 - The user already exists.");
    assert_eq!(
        log[3],
        "[FAILED] Line Number 5 - The User Record does not set any of the auto verified attributes to true. \
         (Example: email_verified to true)."
    );
    assert_eq!(log[7], "[FAILED] Line Number 9 - The number of values differs from the number of columns.");
    assert!(!log.join("\n").contains("no-address-of-anyone"), "{log:?}");
}

#[tokio::test]
async fn users_with_hashes_sign_in_and_get_our_own_hash_at_once() {
    let lab = Lab::new().await;
    let job = Job::new(&lab, Some("BCRYPT")).await;
    let with = |name: &'static str, email: &'static str, hash: &'static str| {
        let mut row = person(name, email).to_vec();
        row.push((PASSWORD_HASH, hash));
        row
    };
    let rows = [
        with("alice", "a@example.com", BCRYPT),
        with("bob", "b@example.com", ""),
        with("eve", "e@example.com", "$2b$31$x"),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let done = job.run(&file(&lab, &[PASSWORD_HASH], &rows).await).await;
    assert_eq!(counts(&done), (2, 0, 1), "{:?}", job.log().await);
    assert_eq!(done["PasswordHashingAlgorithm"], "BCRYPT");
    let status = |name: &'static str| async { lab.admin("AdminGetUser", name, json!({})).await["UserStatus"].clone() };
    assert_eq!((status("alice").await, status("bob").await), (json!("CONFIRMED"), json!("RESET_REQUIRED")));
    assert_eq!(
        lab.sign_in_refused("alice", "P@ssw0rd-2").await,
        "NotAuthorizedException: Incorrect username or password."
    );
    let kept = || async {
        let pool = lab.world.service.any_pool(&lab.pool).await.unwrap();
        let user = crate::table::user::by_username(&lab.world.store, &pool, "alice").await.unwrap().unwrap();
        user.value.password.unwrap()
    };
    assert!(kept().await.imported);
    let tokens = lab.sign_in("alice", PASSWORD).await;
    lab.get_user(&tokens.access).await;
    let now = kept().await;
    assert!(!now.imported && now.srp_sealed.is_some(), "Argon2id, and a verifier of SRP");
    lab.sign_in("alice", PASSWORD).await;
    assert!(lab.sign_in_refused("alice", "P@ssw0rd-2").await.starts_with("NotAuthorized"));
}

#[tokio::test]
async fn a_file_that_is_none_fails_its_job() {
    let lab = Lab::new().await;
    let good = file(&lab, &[], &[]).await;
    let hashes = file(&lab, &[PASSWORD_HASH], &[]).await;
    for (wrong, message) in [
        ("", "The header of the file does not match the attributes of the user pool."),
        ("a,b", "The header of the file does not match the attributes of the user pool."),
        (hashes.as_str(), "The header of the file does not match the attributes of the user pool."),
        (&(good.clone() + "\n" + &"x".repeat(70_000)), "The file could not be parsed."),
    ] {
        let job = Job::new(&lab, None).await;
        let done = job.run(wrong).await;
        assert_eq!((&done["Status"], &done["CompletionMessage"]), (&json!("Failed"), &json!(message)));
        assert_eq!(counts(&done), (0, 0, 0));
    }
}

#[tokio::test]
async fn a_url_is_good_for_its_job_and_its_time() {
    let lab = Lab::new().await;
    let (job, other) = (Job::new(&lab, None).await, Job::new(&lab, None).await);
    let body = || ByteStream::from_bytes(Bytes::from_static(b"x"));
    let service = &lab.world.service;
    let foreign = Target { job_id: &other.id, ..job.target() };
    assert!(matches!(service.receive_import_file(foreign, body()).await, Err(UploadError::Refused)));
    let later = job.target().query.replacen("expires=1", "expires=2", 1);
    let forged = Target { query: &later, ..job.target() };
    assert!(matches!(service.receive_import_file(forged, body()).await, Err(UploadError::Refused)));
    for query in ["", "expires=9999999999", "signature=x", "expires=x&signature=y"] {
        let target = Target { query, ..job.target() };
        assert!(matches!(service.import_log(target).await, Err(UploadError::Refused)), "{query}");
    }
    job.put("x").await.unwrap();
    lab.advance_s(15 * 60);
    assert!(matches!(job.put("x").await, Err(UploadError::Refused)));
    assert!(job.describe().await["PreSignedUrl"].as_str().unwrap() != job.url, "a fresh one is given");
}

#[tokio::test]
pub async fn jobs_that_cannot_start_or_stop_say_why() {
    let lab = Lab::new().await;
    let not_waiting = "PreconditionNotMetException: The user import job is not in the state Created.";
    let job = Job::new(&lab, None).await;
    let refused = lab.refused("StartUserImportJob", job.input()).await;
    assert_eq!(refused, "PreconditionNotMetException: The file of the user import job has not been uploaded.");
    let refused = lab.refused("StopUserImportJob", job.input()).await;
    assert_eq!(refused, "PreconditionNotMetException: The user import job is not in progress.");
    job.run(&file(&lab, &[], &[]).await).await;
    assert_eq!(lab.refused("StartUserImportJob", job.input()).await, not_waiting);
    let put = job.put("x").await;
    assert!(matches!(put, Err(UploadError::NotWaiting)), "{put:?}");
    let late = Job::new(&lab, None).await;
    lab.advance_s(24 * 3600);
    assert_eq!(late.describe().await["Status"], "Expired");
    assert_eq!(lab.refused("StartUserImportJob", late.input()).await, not_waiting);
    let unknown = json!({ "UserPoolId": lab.pool, "JobId": "import-unknown" });
    for operation in ["DescribeUserImportJob", "StartUserImportJob", "StopUserImportJob"] {
        let refused = lab.refused(operation, unknown.clone()).await;
        assert_eq!(refused, "ResourceNotFoundException: User import job import-unknown does not exist.", "{operation}");
    }
    let nowhere = json!({ "UserPoolId": "eu-west-1_nowhere00", "MaxResults": 10 });
    for operation in ["GetCSVHeader", "ListUserImportJobs"] {
        assert!(lab.refused(operation, nowhere.clone()).await.starts_with("ResourceNotFoundException"), "{operation}");
    }
}

#[tokio::test]
async fn a_pool_that_verifies_nothing_takes_no_users() {
    let lab = Lab::with(json!({}), json!({})).await;
    let job = Job::new(&lab, None).await;
    job.put("x").await.unwrap();
    let refused = lab.refused("StartUserImportJob", job.input()).await;
    assert_eq!(refused, "PreconditionNotMetException: The user pool must have at least one auto verified attribute.");
}

#[tokio::test]
async fn a_job_that_was_broken_off_goes_on_and_counts_no_line_twice() {
    let store = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
    let world = World::over(store.clone(), config());
    let pool = world.pool(json!({ "AutoVerifiedAttributes": ["email"] })).await;
    let client = world.client(&pool, json!({})).await;
    let lab = Lab { world, pool, client };
    let names: Vec<String> = (0..40).map(|n| format!("user{n}")).collect();
    let rows: Vec<Vec<(&str, &str)>> = names.iter().map(|name| person(name, "x@example.com").to_vec()).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let job = Job::new(&lab, None).await;
    job.put(&file(&lab, &[], &rows).await).await.unwrap();
    job.start().await;
    // Two further services take the job up while it runs, as after a crash, or on other nodes.
    let others: Vec<Arc<crate::CognitoIdp>> = (0..2).map(|_| World::over(store.clone(), config()).service).collect();
    for other in &others {
        other.resume_imports().await.unwrap();
    }
    let (busy, change) = (
        json!({ "UserPoolId": lab.pool }),
        json!({ "UserPoolId": lab.pool, "CustomAttributes": [{ "Name": "x", "AttributeDataType": "String" }] }),
    );
    if job.describe().await["CompletionDate"] == Value::Null {
        let in_progress = "UserImportInProgressException: User import is in progress for this user pool.";
        assert_eq!(lab.refused("DeleteUserPool", busy.clone()).await, in_progress);
        assert_eq!(lab.refused("UpdateUserPool", busy.clone()).await, in_progress);
        assert_eq!(lab.refused("AddCustomAttributes", change).await, in_progress);
    }
    let done = job.over().await;
    assert_eq!((done["Status"].as_str(), counts(&done)), (Some("Succeeded"), (40, 0, 0)));
    assert_eq!(job.log().await.len(), 40);
    lab.ok("DeleteUserPool", busy).await;
}

#[tokio::test]
async fn a_stopped_job_keeps_what_it_did() {
    let lab = Lab::new().await;
    let names: Vec<String> = (0..200).map(|n| format!("user{n}")).collect();
    let rows: Vec<Vec<(&str, &str)>> = names.iter().map(|name| person(name, "x@example.com").to_vec()).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let (job, second) = (Job::new(&lab, None).await, Job::new(&lab, None).await);
    let file = file(&lab, &[], &rows).await;
    job.put(&file).await.unwrap();
    second.put(&file).await.unwrap();
    job.start().await;
    let beside = lab.refused("StartUserImportJob", second.input()).await;
    assert_eq!(beside, "PreconditionNotMetException: Another user import job of this user pool is in progress.");
    let stopping = lab.ok("StopUserImportJob", job.input()).await;
    assert_eq!(stopping["UserImportJob"]["Status"], "Stopping");
    let done = job.over().await;
    assert_eq!(done["Status"], "Stopped");
    assert_eq!(done["CompletionMessage"], "The Import Job was stopped by the developer.");
    assert!(counts(&done).0 < 200, "{done}");
    second.start().await;
    let done = second.over().await;
    assert_eq!(done["Status"], "Succeeded");
    assert_eq!(counts(&done).0 + counts(&done).1, 200);
}

#[tokio::test]
async fn jobs_are_listed_by_page() {
    let lab = Lab::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(Job::new(&lab, None).await.id);
    }
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut input = json!({ "UserPoolId": lab.pool, "MaxResults": 2 });
        if token != Value::Null {
            input["PaginationToken"] = token.clone();
        }
        let page = lab.ok("ListUserImportJobs", input).await;
        seen.extend(page["UserImportJobs"].as_array().unwrap().iter().map(|job| text(job, "/JobId")));
        token = page["PaginationToken"].clone();
        if token == Value::Null {
            break;
        }
    }
    made.sort_unstable();
    assert_eq!(seen, made);
    let forged = json!({ "UserPoolId": lab.pool, "MaxResults": 2, "PaginationToken": "x" });
    assert!(lab.refused("ListUserImportJobs", forged).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
async fn files_are_sealed_and_larger_ones_than_allowed_refused() {
    let lab = Lab::new().await;
    let job = Job::new(&lab, None).await;
    let marker = "a-name-in-the-file";
    job.put(&marker.repeat(40_000)).await.unwrap();
    let items = lab.world.store.query(&crate::table::pool_pk(&lab.pool), "user-import-data#", None, 100).await.unwrap();
    assert_eq!(items.len(), 3, "pieces of a quarter of a megabyte");
    for item in &items {
        assert!(!item.body.windows(marker.len()).any(|window| window == marker.as_bytes()));
        assert!(item.expires_at.is_some());
    }
    struct Endless;
    impl futures_core::Stream for Endless {
        type Item = std::io::Result<Bytes>;
        fn poll_next(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Self::Item>> {
            std::task::Poll::Ready(Some(Ok(Bytes::from(vec![b'x'; 4 << 20]))))
        }
    }
    let body = ByteStream(Box::pin(Endless));
    let refused = lab.world.service.receive_import_file(job.target(), body).await;
    assert!(matches!(refused, Err(UploadError::TooLarge)));
}

#[tokio::test]
async fn a_pool_has_so_many_jobs_and_no_more() {
    use crate::operations::create_user_import_job::MAX_JOBS;

    let lab = Lab::new().await;
    let mut tx = store::Tx::new();
    tx.add(&crate::table::user_import_job::jobs_counter(&lab.pool), MAX_JOBS - 1, None, None);
    lab.world.store.commit(tx).await.unwrap();
    Job::new(&lab, None).await;
    let input = json!({ "UserPoolId": lab.pool, "JobName": "more", "CloudWatchLogsRoleArn": ROLE });
    assert_eq!(
        lab.refused("CreateUserImportJob", input).await,
        "LimitExceededException: The user pool has reached its limit of user import jobs."
    );
    let listed = lab.ok("ListUserImportJobs", json!({ "UserPoolId": lab.pool, "MaxResults": 60 })).await;
    assert_eq!(listed["UserImportJobs"].as_array().unwrap().len(), 1);
}
