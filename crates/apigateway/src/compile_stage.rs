//! A stage's own settings, compiled: they act at once, over a deployment that is compiled already.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_types::{AccountId, AwsError, Region, Secret};
use execute_api::access_log::AccessLogFormat;
use execute_api::plan::{DEFAULT_THROTTLE, DeploymentPlan, StagePlan};
use execute_api::stage_settings::{
    AccessLogSettings, Canary, LogLevel, MethodSettings, Release, StageSettings, UnauthorizedCacheControl,
};

use world::ClientIdentity;

use crate::ApiGateway;
use crate::entity::{MethodSetting, RestApi, Stage};
use crate::error::Result;
use crate::operations::generate_client_certificate::seal_context;
use crate::stage_rules::destination;
use crate::table::{CLIENT_CERTIFICATE, CLIENT_CERTIFICATES, VPC_LINK, VPC_LINKS, owner_pk, part_sk};
use crate::usage::limits;

/// VPC links of an account are fewer.
const MAX_LINKS: usize = 200;
const GIGABYTE: f64 = 1024.0 * 1024.0 * 1024.0;

/// What a stage knows of the ways to its backends.
#[derive(Debug, Default)]
pub struct Backends {
    /// ARNs of load balancers by the id of their VPC link.
    pub vpc_links: BTreeMap<String, Vec<String>>,
    /// The certificate that backends are shown.
    pub client_identity: Option<Arc<ClientIdentity>>,
}

impl ApiGateway {
    /// VPC links of the API's account, and the stage's client certificate.
    ///
    /// # Errors
    /// The store's; an internal error where a key does not open.
    pub(crate) async fn backends(&self, api: &RestApi, stage: &Stage) -> Result<Backends> {
        let pk = owner_pk(&api.account, &api.region);
        let links = VPC_LINKS.list(self.store(), &pk, VPC_LINK, None, MAX_LINKS).await?;
        let vpc_links = links.into_iter().map(|link| (link.value.id, link.value.target_arns)).collect();
        let client_identity = match stage.client_certificate_id.as_deref() {
            Some(id) => self.client_identity(&api.account, &api.region, id).await?,
            None => None,
        };
        Ok(Backends { vpc_links, client_identity })
    }

    /// A client certificate with its key, opened.
    ///
    /// # Errors
    /// The store's; an internal error where the key does not open.
    pub(crate) async fn client_identity(
        &self,
        account: &str,
        region: &str,
        id: &str,
    ) -> Result<Option<Arc<ClientIdentity>>> {
        let sk = part_sk(CLIENT_CERTIFICATE, id);
        let found = CLIENT_CERTIFICATES.get(self.store(), &owner_pk(account, region), &sk).await?;
        let Some(certificate) = found.map(|found| found.value) else { return Ok(None) };
        let key = self.store().sealer().open_text(&seal_context(id), &certificate.sealed_key);
        let key = key.map_err(AwsError::internal)?;
        let key = Secret::new(String::from_utf8(key.to_vec()).map_err(AwsError::internal)?);
        let identity = ClientIdentity::from_pem(&certificate.pem, &key).map_err(AwsError::internal)?;
        Ok(Some(Arc::new(identity)))
    }
}

/// A stage of an API over its compiled deployments.
pub fn stage(
    api: &RestApi,
    (stage, backends): (&Stage, &Backends),
    deployment: Arc<DeploymentPlan>,
    canary: Option<Arc<DeploymentPlan>>,
) -> StagePlan {
    let canary = stage.canary.as_ref().zip(canary).map(|(settings, deployment)| {
        let mut plan = plan(api, (stage, backends), deployment);
        plan.variables.extend(settings.stage_variable_overrides.clone());
        plan.settings.release = Release::Canary;
        plan.settings.cache_scope = if settings.use_stage_cache {
            stage.deployment_id.clone()
        } else {
            format!("canary {}", settings.deployment_id)
        };
        Canary { percent: settings.percent_traffic, plan: Arc::new(plan) }
    });
    let mut plan = plan(api, (stage, backends), deployment);
    plan.settings.canary = canary;
    plan
}

fn plan(api: &RestApi, (stage, backends): (&Stage, &Backends), deployment: Arc<DeploymentPlan>) -> StagePlan {
    // Settings name methods without the first slash.
    let name = |name: &String| if name == DEFAULT_THROTTLE { name.clone() } else { format!("/{name}") };
    let throttles: HashMap<_, _> = stage
        .method_settings
        .iter()
        .filter_map(|(method, setting)| Some((name(method), limits(setting.throttle)?)))
        .collect();
    StagePlan {
        account: AccountId::parse(&api.account).unwrap_or_default(),
        region: Region::parse(&api.region).unwrap_or_default(),
        api_id: api.id.clone(),
        stage: stage.name.clone(),
        variables: stage.variables.clone(),
        throttles,
        reach: crate::access::reach(api),
        deployment,
        settings: StageSettings {
            api_name: api.name.clone(),
            canary: None,
            release: Release::Production,
            cache_bytes: cache_bytes(stage),
            cache_scope: stage.deployment_id.clone(),
            methods: stage
                .method_settings
                .iter()
                .map(|(method, setting)| (name(method), method_settings(setting)))
                .collect(),
            access_log: access_log(stage),
            vpc_links: backends.vpc_links.clone(),
            tracing: stage.tracing_enabled,
            client_identity: backends.client_identity.clone(),
            endpoint: crate::security_policy::compiled(
                api.security_policy(),
                api.endpoint_access_mode.as_deref(),
                vec![api.endpoint_type.clone()],
            ),
        },
    }
}

/// The size of a stage's cluster. How much of it is used is the gateway's to bound.
fn cache_bytes(stage: &Stage) -> Option<usize> {
    let size = stage.cache_cluster_size.as_deref().filter(|_| stage.cache_cluster_enabled)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a catalogue of small positive sizes")]
    size.parse::<f64>().ok().map(|gigabytes| (gigabytes * GIGABYTE) as usize)
}

fn method_settings(setting: &MethodSetting) -> MethodSettings {
    MethodSettings {
        metrics: setting.metrics_enabled,
        logging: match setting.logging_level.as_deref() {
            Some("INFO") => LogLevel::Info,
            Some("ERROR") => LogLevel::Error,
            _ => LogLevel::Off,
        },
        data_trace: setting.data_trace_enabled,
        caching: setting.caching_enabled,
        cache_ttl_s: u32::try_from(setting.cache_ttl_s).unwrap_or(0),
        require_authorization: setting.require_authorization_for_cache_control,
        unauthorized: match setting.unauthorized_cache_control.as_str() {
            "FAIL_WITH_403" => UnauthorizedCacheControl::Fail,
            "SUCCEED_WITHOUT_RESPONSE_HEADER" => UnauthorizedCacheControl::SucceedWithoutResponseHeader,
            _ => UnauthorizedCacheControl::SucceedWithResponseHeader,
        },
    }
}

/// Both destination and format, or there is no access log.
fn access_log(stage: &Stage) -> Option<AccessLogSettings> {
    let log = stage.access_log.as_ref()?;
    let destination = destination(log.destination_arn.as_deref()?).ok()?;
    let format = AccessLogFormat::compile(log.format.as_deref()?).ok()?;
    Some(AccessLogSettings { destination, format })
}
