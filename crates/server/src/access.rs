//! Who calls an AWS operation, and whether the caller may. In enforced mode every signed operation needs a known key, a
//! good signature and policies that allow it; in local mode an unknown key acts as the account's root, a known one is
//! verified in full, and a web page elsewhere never counts.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::schema::{Auth, Operation, Protocol as Wire};
use aws_types::wire::Value;
use aws_types::{AccountId, AwsError, CallContext, Caller, Region, Secret, Timestamp};
use http::HeaderMap;
use http::request::Parts;
use iam::principals::Use;
use iam::{Identity, KeyStatus, Principals, Question, Target};
use sigv4::chunked::Kind;
use sigv4::{BodyHash, Dialect, Presented, Rules, SigError, SignedRequest, Style};
use world::Clock as _;

use crate::app::{App, Arrival};
use crate::authorize::{Asked, Place, asked, receiver};
use crate::conditions::Conditions;
use crate::config::{Config, Mode};
use crate::door::aws_api::origin_is_local;
use crate::tag_keys::TagKeys;
use crate::wiring::Backend;

/// What is known of the body while the caller is proven.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// All of it.
    Held(&'a [u8]),
    /// It is still to come (S3).
    Stream,
}

/// A proven caller, and what the signature says of a body that is still to come.
#[derive(Debug)]
pub struct Proof {
    /// Who, as operations are told.
    pub caller: Caller,
    /// Whose policies decide; none for open operations, anonymous callers, and the root of local mode.
    pub identity: Option<Identity>,
    /// What the body must be.
    pub body: BodyProof,
}

/// What a streamed body must be.
#[derive(Debug)]
pub enum BodyProof {
    /// Anything.
    Any,
    /// Of this SHA-256, lower-case hex.
    Hash(String),
    /// In the aws-chunked encoding; signed chunks are proven against the signer where there is one.
    Chunked(Kind, Option<sigv4::chunked::ChunkSigner>),
}

/// The keys that are known and the mode.
pub struct Access {
    /// The account whose root the known keys are.
    pub account: AccountId,
    mode: Mode,
    root_keys: HashMap<String, Secret<String>>,
    principals: Arc<Principals>,
}

impl Access {
    /// Takes the configured root keys, and those that IAM keeps.
    pub fn new(config: &Config, account: AccountId, principals: Arc<Principals>) -> Self {
        let root_keys = config.root_keys.iter().map(|key| (key.access_key_id.clone(), key.secret.clone())).collect();
        Self { account, mode: config.mode, root_keys, principals }
    }

    /// Proves the caller of an operation.
    ///
    /// # Errors
    /// AWS's refusal, in the service's dialect.
    pub async fn prove(
        &self,
        app: &App,
        arrival: &Arrival,
        backend: &Backend,
        operation: &Operation,
        payload: Payload<'_>,
    ) -> Result<Proof, AwsError> {
        if operation.auth == Auth::None {
            return Ok(Proof { caller: Caller::Anonymous, identity: None, body: BodyProof::Any });
        }
        let model = backend.service.model();
        let dialect = dialect(model.protocol);
        let refuse = |error: &SigError| error.to_aws(dialect);
        let headers = headers(&arrival.parts);
        let request = SignedRequest {
            method: arrival.parts.method.as_str(),
            path: arrival.parts.uri.path(),
            query: arrival.parts.uri.query().unwrap_or_default(),
            headers: &headers,
            body: match payload {
                Payload::Held(bytes) => BodyHash::Bytes(bytes),
                Payload::Stream => BodyHash::Deferred,
            },
        };
        let Some(presented) = sigv4::presented(&request).map_err(|error| refuse(&error))? else {
            return self.unsigned(&request, dialect);
        };
        let local = self.mode == Mode::Local;
        if local && (!origin_is_local(&arrival.parts.headers) || !app.host_is_ours(arrival)) {
            return Err(foreign_page(dialect));
        }
        let style = if dialect == Dialect::S3 { Style::S3 } else { Style::Normalised };
        let rules = Rules {
            service: model.signing_name,
            region: None,
            now: app.clock.real(),
            window_s: sigv4::WINDOW_S,
            style,
        };
        let proof = self.signed(&request, &presented, &rules, app.clock.now()).await.map_err(|error| match error {
            Refusal::Signature(error) => refuse(&error),
            Refusal::Internal(error) => error,
        })?;
        // A signature that was proven was made by whoever holds the key; any other says nothing of who made it.
        if local && proof.identity.is_none() && sent_by_another_site(&arrival.parts.headers, dialect) {
            return Err(foreign_page(dialect));
        }
        if let (Some(identity), Some(region)) = (&proof.identity, Region::parse(&presented.region)) {
            let used = Use { service: model.signing_name, region: &region, at: app.clock.now() };
            self.principals.note_use(&presented.access_key_id, identity, used);
        }
        Ok(proof)
    }

    /// Puts the operation to the caller's policies. Answers who the operation is told calls.
    ///
    /// # Errors
    /// AWS's sentence of denial, in the service's dialect.
    pub async fn authorize(
        &self,
        app: &App,
        arrival: &Arrival,
        (backend, operation): (&Backend, &Operation),
        proof: &Proof,
        input: &Value,
    ) -> Result<Caller, AwsError> {
        let Some(identity) = &proof.identity else { return Ok(proof.caller.clone()) };
        if proof.caller == Caller::Root {
            return Ok(Caller::Root);
        }
        let model = backend.service.model();
        let region = crate::door::aws_api::region(arrival);
        let place = Place { account: &self.account, region: &region };
        let target = match model.name {
            "iam" => self.principals.target(identity, operation.name, input).await?,
            _ => Target::default(),
        };
        let all = match asked(model.name, operation, input, &arrival.parts, place) {
            Some(all) => all,
            None if model.name == "iam" => {
                let asked =
                    |resource: &String| Asked { action: format!("iam:{}", operation.name), resource: resource.clone() };
                std::iter::once(&target.resource).chain(&target.renamed).map(asked).collect()
            }
            None => return Ok(proof.caller.clone()),
        };
        let source_ip = arrival.peer.ip();
        let mut keys = condition_keys(&Origin {
            headers: &arrival.parts.headers,
            source_ip: Some(&source_ip),
            secure: arrival.peer.secure,
            region: region.as_str(),
        });
        let call = crate::door::aws_api::context(app, arrival, proof.caller.clone());
        let tags = TagKeys::of(&call, backend, &all, input).await?;
        let more = target.keys.iter().chain(&tags.keys);
        keys.extend(more.map(|(name, value)| (name.as_str(), value.as_str())));
        let conditions = Conditions::of(&call, backend, operation.name, input).await?;
        keys.extend(conditions.keys());
        let mut lists: Vec<(&str, Vec<&str>)> =
            target.lists.iter().map(|(n, v)| (n.as_str(), v.iter().map(String::as_str).collect())).collect();
        lists.extend(conditions.lists());
        if !tags.tag_keys.is_empty() {
            lists.push(("aws:TagKeys", tags.tag_keys.iter().map(String::as_str).collect()));
        }
        let lists: Vec<(&str, &[&str])> = lists.iter().map(|(name, values)| (*name, values.as_slice())).collect();
        let passed_to = [("iam:PassedToService", receiver(model.name, operation.name))];
        let passing: Vec<(&str, &str)> = keys.iter().copied().chain(passed_to).collect();
        let policy = function_policy(app, &all).await?;
        let management = management_policy(backend, &call, &all).await?;
        for one in &all {
            let now = app.clock.now();
            let resource_policy = match one.action.as_str() {
                CREATE_ASSOCIATION => management.as_ref(),
                action => policy.as_deref().filter(|_| action.starts_with("lambda:")),
            };
            let question = Question {
                keys: if one.action == "iam:PassRole" { &passing } else { &keys },
                lists: &lists,
                resource_policy,
                ..Question::new(&one.action, &one.resource, now)
            };
            let verdict = self.principals.authorize(identity, &question).await?;
            if !verdict.is_allowed() {
                return Err(denied(dialect(model.protocol), verdict.sentence));
            }
        }
        Ok(proof.caller.clone())
    }

    /// Writes what waits to be written: when keys were last used.
    pub async fn finish(&self) {
        if let Err(error) = self.principals.write_used().await {
            tracing::warn!(?error, "last uses of keys could not be written");
        }
    }

    /// S3 serves what is public to anybody and decides itself; elsewhere a signature is needed.
    fn unsigned(&self, request: &SignedRequest<'_>, dialect: Dialect) -> Result<Proof, AwsError> {
        if dialect != Dialect::S3 {
            return Err(SigError::MissingToken.to_aws(dialect));
        }
        // Whoever signed by the old scheme means to be somebody.
        sigv4::refuse_v2(request).map_err(|error| error.to_aws(dialect))?;
        Ok(Proof { caller: Caller::Anonymous, identity: None, body: announced(request) })
    }

    /// Whether a caller belongs to the account that is served. The store may hold keys of one that was served before; that
    /// one's root must not be this one's.
    fn is_home(&self, identity: &Identity) -> bool {
        *identity.account() == self.account
    }

    /// The keys and policies that IAM keeps.
    pub(crate) const fn principals(&self) -> &Arc<Principals> {
        &self.principals
    }

    /// Who signed, by a key that is known: in every mode.
    pub(crate) async fn known(
        &self,
        request: &SignedRequest<'_>,
        presented: &Presented,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Identity, SigError> {
        let unknown = || SigError::UnknownKey { access_key_id: presented.access_key_id.clone() };
        sigv4::check(request, presented, rules)?;
        match self.signed(request, presented, rules, now).await {
            Ok(proof) => proof.identity.ok_or_else(unknown),
            Err(Refusal::Signature(error)) => Err(error),
            Err(Refusal::Internal(error)) => {
                tracing::error!(?error, "a caller could not be looked up");
                Err(unknown())
            }
        }
    }

    async fn signed(
        &self,
        request: &SignedRequest<'_>,
        presented: &Presented,
        rules: &Rules<'_>,
        now: Timestamp,
    ) -> Result<Proof, Refusal> {
        let id = presented.access_key_id.as_str();
        if id.starts_with(TEMPORARY) {
            sigv4::check(request, presented, rules)?;
        }
        match self.key(id, presented.session_token.as_deref(), now).await? {
            Some((identity, secret)) => {
                let verified = sigv4::verify(request, presented, &secret, rules)?;
                Ok(proven(id, identity, verified))
            }
            None if self.mode == Mode::Local && !self.knows(id).await? => {
                Ok(Proof { caller: Caller::Root, identity: None, body: announced(request) })
            }
            None => {
                sigv4::check(request, presented, rules)?;
                Err(SigError::UnknownKey { access_key_id: id.to_owned() }.into())
            }
        }
    }

    /// Whether a key that nobody has acts as the account's root for this call of an AWS API: in local mode, unless a page
    /// elsewhere makes it.
    pub(crate) async fn stands_in_for_root(&self, app: &App, arrival: &Arrival, access_key_id: &str) -> bool {
        let headers = &arrival.parts.headers;
        let here = origin_is_local(headers) && app.host_is_ours(arrival);
        let local = self.mode == Mode::Local && here && !sent_by_another_site(headers, Dialect::ExecuteApi);
        local && !access_key_id.starts_with(TEMPORARY) && matches!(self.knows(access_key_id).await, Ok(false))
    }

    /// Whether there is a key of that id, active or not, of this account or not.
    async fn knows(&self, id: &str) -> Result<bool, Refusal> {
        Ok(self.principals.lookup(id).await.map_err(Refusal::Internal)?.is_some())
    }

    /// Whose key that is, and what its signatures are proven with; none where nobody may sign with it.
    async fn key(
        &self,
        id: &str,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<(Identity, Secret<String>)>, Refusal> {
        if id.starts_with(TEMPORARY) {
            let opened = self.principals.open_session(id, token, now)?;
            let identity = Identity::Session(Arc::clone(&opened.session));
            // Of a user or role that is gone, and of another account, the sessions are nobody's.
            let known = self.principals.is_current(&identity).await.map_err(Refusal::Internal)?;
            if !known || !self.is_home(&identity) {
                return Err(SigError::BadSessionToken.into());
            }
            return Ok(Some((identity, opened.secret.clone())));
        }
        // Long-term keys bear no session token, and a token that we did not make is nobody's.
        if token.is_some() {
            return Err(SigError::BadSessionToken.into());
        }
        if let Some(secret) = self.root_keys.get(id) {
            return Ok(Some((Identity::Root { account: self.account.clone() }, secret.clone())));
        }
        let found = self.principals.lookup(id).await.map_err(Refusal::Internal)?;
        let usable = found.filter(|key| key.status == KeyStatus::Active && self.is_home(&key.identity));
        Ok(usable.map(|key| (key.identity, key.secret)))
    }

    /// Proves whose form of an upload this is. Here no unknown key is the root, whatever the mode: a form may come from
    /// any page.
    ///
    /// # Errors
    /// S3's refusals.
    pub async fn prove_form(&self, form: &FormSignature<'_>, now: Timestamp) -> Result<Proof, AwsError> {
        let refuse = |error: Refusal| match error {
            Refusal::Signature(error) => error.to_aws(Dialect::S3),
            Refusal::Internal(error) => error,
        };
        let [id, date, region, service, terminator] = form.scope()?;
        if service != "s3" || terminator != sigv4::TERMINATOR || Region::parse(region).is_none() {
            return Err(FormSignature::bad_credential(form.credential));
        }
        let found = self.key(id, form.session_token, now).await.map_err(refuse)?;
        let unknown = || SigError::UnknownKey { access_key_id: id.to_owned() }.to_aws(Dialect::S3);
        let (identity, secret) = found.ok_or_else(unknown)?;
        let key = sigv4::signing_key(&secret, date, region, service);
        if !key.accepts(form.policy, form.signature) {
            return Err(SigError::Mismatch(Box::new(sigv4::Mismatch {
                access_key_id: id.to_owned(),
                signature: form.signature.to_owned(),
                string_to_sign: form.policy.to_owned(),
                canonical_request: String::new(),
            }))
            .to_aws(Dialect::S3));
        }
        if let Some(region) = Region::parse(region) {
            self.principals.note_use(id, &identity, Use { service, region: &region, at: now });
        }
        Ok(Proof { caller: identity.caller(id), identity: Some(identity), body: BodyProof::Any })
    }
}

/// The signature of a form (S3 API reference, "Authenticating requests in browser-based uploads using POST").
#[derive(Clone, Copy, Debug)]
pub struct FormSignature<'a> {
    /// `X-Amz-Credential`.
    pub credential: &'a str,
    /// `X-Amz-Signature`.
    pub signature: &'a str,
    /// `X-Amz-Security-Token`.
    pub session_token: Option<&'a str>,
    /// `policy`, as sent: what is signed.
    pub policy: &'a str,
}

impl<'a> FormSignature<'a> {
    /// Key id, date, region, service, terminator.
    fn scope(&self) -> Result<[&'a str; 5], AwsError> {
        let parts: Vec<&str> = self.credential.split('/').collect();
        <[&str; 5]>::try_from(parts).map_err(|_| Self::bad_credential(self.credential))
    }

    /// (memory)
    fn bad_credential(credential: &str) -> AwsError {
        let message = "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
        let shown: String = credential.chars().take(1024).collect();
        AwsError::sender("InvalidArgument", 400, message)
            .with("ArgumentName", "X-Amz-Credential")
            .with("ArgumentValue", shown)
    }
}

/// First letters of temporary access key ids.
const TEMPORARY: &str = "ASIA";

/// Why a caller is not proven.
enum Refusal {
    Signature(SigError),
    Internal(AwsError),
}

impl From<SigError> for Refusal {
    fn from(error: SigError) -> Self {
        Self::Signature(error)
    }
}

fn proven(access_key_id: &str, identity: Identity, verified: sigv4::Verified) -> Proof {
    let body = match verified.payload {
        sigv4::Payload::Hash(hash) => BodyProof::Hash(hash),
        sigv4::Payload::Unsigned => BodyProof::Any,
        sigv4::Payload::Chunked { kind, signer } => BodyProof::Chunked(kind, Some(signer)),
    };
    Proof { caller: identity.caller(access_key_id), identity: Some(identity), body }
}

/// The policy of the function that an operation of Lambda's is about, which may let its caller in beside the caller's own.
async fn function_policy(app: &App, all: &[Asked]) -> Result<Option<Arc<iam_policy::Policy>>, AwsError> {
    let function = all.first().filter(|one| one.action.starts_with("lambda:"));
    match function.and_then(|one| lambda::Reference::of_arn(&one.resource)) {
        Some(reference) => app.rooms.lambda.policy(&reference).await,
        None => Ok(None),
    }
}

/// Making an access association with a private domain name.
const CREATE_ASSOCIATION: &str = "apigateway:CreateAccessAssociation";

/// The management policy of the private domain name with which an association is to be made: it may let its caller in
/// beside the caller's own policies, and its denials hold.
async fn management_policy(
    backend: &Backend,
    call: &CallContext,
    all: &[Asked],
) -> Result<Option<iam_policy::Policy>, AwsError> {
    let Some(asked) = all.iter().find(|one| one.action == CREATE_ASSOCIATION) else { return Ok(None) };
    let named = asked.resource.rsplit_once("/domainnames/").and_then(|(_, name)| name.split_once('+'));
    let Some((name, id)) = named else { return Ok(None) };
    let input = serde_json::json!({ "domainName": name, "domainNameId": id });
    let domain = match backend.service.call(call, "GetDomainName", input, None).await {
        Ok(answer) => answer.output,
        Err(error) if error.internal.is_some() => return Err(error),
        // The operation refuses a name that is not there.
        Err(_) => return Ok(None),
    };
    let text = domain.get("managementPolicy").and_then(Value::as_str);
    let read = |text| iam_policy::Policy::parse(text, iam_policy::PolicyKind::Resource);
    text.map(read).transpose().map_err(|error| AwsError::internal(error.to_string()))
}

/// Condition keys of the request itself (IAM guide, "AWS global condition context keys").
pub(crate) fn condition_keys<'a>(origin: &Origin<'a>) -> Vec<(&'a str, &'a str)> {
    let header = |name: http::HeaderName| origin.headers.get(name).and_then(|value| value.to_str().ok());
    let secure = if origin.secure { "true" } else { "false" };
    let optional = [
        ("aws:SourceIp", origin.source_ip),
        ("aws:UserAgent", header(http::header::USER_AGENT)),
        ("aws:Referer", header(http::header::REFERER)),
    ];
    let mut keys = vec![("aws:SecureTransport", secure), ("aws:RequestedRegion", origin.region)];
    keys.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    keys
}

/// Where a request came from, as condition keys say it.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The other end's address; none where the call is made by this server on somebody's behalf.
    pub source_ip: Option<&'a str>,
    /// Over TLS.
    pub secure: bool,
    /// The region that is called.
    pub region: &'a str,
}

fn denied(dialect: Dialect, sentence: String) -> AwsError {
    match dialect {
        Dialect::Json => AwsError::sender("AccessDeniedException", 400, sentence),
        Dialect::RestJson | Dialect::ExecuteApi => AwsError::sender("AccessDeniedException", 403, sentence),
        Dialect::Query | Dialect::S3 => AwsError::sender("AccessDenied", 403, sentence),
    }
}

/// What the headers announce of a body nobody vouches for: its encoding must be undone, a hash is compared all the same.
fn announced(request: &SignedRequest<'_>) -> BodyProof {
    let announced = request.headers.iter().find(|(name, _)| name == "x-amz-content-sha256").map(|(_, value)| value);
    let Some(value) = announced else { return BodyProof::Any };
    match Kind::of(value) {
        Some(kind) => BodyProof::Chunked(kind, None),
        None if value.len() == 64 => BodyProof::Hash(value.to_ascii_lowercase()),
        None => BodyProof::Any,
    }
}

const fn dialect(wire: Wire) -> Dialect {
    match wire {
        Wire::AwsJson11 => Dialect::Json,
        Wire::AwsQuery => Dialect::Query,
        Wire::RestJson1 => Dialect::RestJson,
        Wire::RestXml => Dialect::S3,
    }
}

/// Whether a browser says that a page of another site made it send this. An image, a form or a link bears no Origin and
/// can still call an operation by its address. A person may follow a link to an object: that only reads.
fn sent_by_another_site(headers: &HeaderMap, dialect: Dialect) -> bool {
    let is = |name: &str, wanted: &str| headers.get_all(name).iter().any(|value| value.as_bytes() == wanted.as_bytes());
    let follows_link = dialect == Dialect::S3 && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    is("sec-fetch-site", "cross-site") && !follows_link
}

/// Not a text of AWS's: there, nobody is root by merely reaching the endpoint.
fn foreign_page(dialect: Dialect) -> AwsError {
    let (code, status) = match dialect {
        Dialect::Json => ("AccessDeniedException", 400),
        Dialect::RestJson | Dialect::ExecuteApi => ("AccessDeniedException", 403),
        Dialect::Query | Dialect::S3 => ("AccessDenied", 403),
    };
    let message = "In local mode, signed calls are only taken from this machine's own programs and pages, and under a host \
                   name of this server.";
    AwsError::sender(code, status, message)
}

/// Names in lower case with their values, in arrival order; HTTP/2's authority stands as `host`.
pub(crate) fn headers(parts: &Parts) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    if !parts.headers.contains_key(http::header::HOST)
        && let Some(authority) = parts.uri.authority()
    {
        headers.push(("host".to_owned(), authority.as_str().to_owned()));
    }
    headers
}
