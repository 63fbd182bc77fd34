//! Addresses of functions: what they are called, whom they admit, and the call that a request becomes (developer guide,
//! "Creating and managing Lambda function URLs").

use aws_types::{AwsError, Timestamp};
use bytes::Bytes;
use iam_policy::Principal;
use lambda_runtime::Outcome;
use world::FunctionStream;
use world::rng::{LOWER_ALNUM, pick};

use crate::Lambda;
use crate::entity::UrlConfig;
use crate::error::Result;
use crate::invoke::Call;
use crate::name::Reference;
use crate::permission::Asker;
use crate::table::{URL_ID, URLS};

/// Characters of an address's id.
const ID: usize = 32;
/// What whoever calls an address must be allowed.
pub const INVOKE_URL: &str = "lambda:InvokeFunctionUrl";

impl Lambda {
    pub(crate) fn new_url_id(&self) -> String {
        pick(&*self.doors.rng, LOWER_ALNUM, ID)
    }

    /// The address: a host of its own where the server is reached by this machine's names, which `.localhost` can stand
    /// before, and else a path of the server's.
    pub(crate) fn url_of(&self, url: &UrlConfig) -> String {
        let base = &self.config.base_url;
        let (scheme, authority) = base.split_once("://").unwrap_or(("http", base));
        let port = authority.strip_prefix("localhost").or_else(|| authority.strip_prefix("127.0.0.1"));
        match port.filter(|port| port.is_empty() || port.starts_with(':')) {
            Some(port) => format!("{scheme}://{}.lambda-url.{}.localhost{port}/", url.id, url.region),
            None => format!("{base}/_aws/lambda-url/{}/", url.id),
        }
    }

    /// What is at an address.
    ///
    /// # Errors
    /// The store's.
    pub async fn at_url(&self, id: &str) -> Result<Option<UrlConfig>> {
        let found = URLS.find(self.store(), URL_ID, id).await?;
        let home = self.config.account.as_str();
        Ok(found.map(|url| url.value).filter(|url| url.account == home))
    }

    /// Whether the function's policy opens an address to anybody.
    ///
    /// # Errors
    /// The store's.
    pub async fn admits_anybody(&self, url: &UrlConfig, now: Timestamp) -> Result<bool> {
        let reference = Reference { function: url.function_name(), qualifier: url.qualifier.clone() };
        let keys = [("lambda:FunctionUrlAuthType", url.auth_type.as_str()), ("lambda:InvokedViaFunctionUrl", "true")];
        let asker = Asker { principal: &Principal::Anonymous, action: INVOKE_URL, keys: &keys };
        self.lets(&reference, asker, now).await
    }

    /// Calls what is at an address; whether the caller may was asked before.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_at_url(&self, url: &UrlConfig, request_id: String, event: Bytes) -> Result<Outcome, AwsError> {
        let reference = Reference { function: url.function_name(), qualifier: url.qualifier.clone() };
        self.run(&reference, Call::new(request_id, event)).await
    }

    /// The same, whose answer comes piece by piece (`RESPONSE_STREAM`).
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn open_at_url(
        &self,
        url: &UrlConfig,
        request_id: String,
        event: Bytes,
    ) -> Result<FunctionStream, AwsError> {
        let reference = Reference { function: url.function_name(), qualifier: url.qualifier.clone() };
        let (parts, _) = self.open(&reference, Call::new(request_id.clone(), event)).await?;
        Ok(crate::stream::answer(parts, request_id).await)
    }
}
