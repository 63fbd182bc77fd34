//! Stages in memory, by API and name, of whatever kind the API is. A reader takes no lock; a change swaps one pointer.

use std::collections::HashMap;
use std::sync::Arc;

use world::Lock;

/// Whether `{api}.execute-api.…` answers (`disableExecuteApiEndpoint`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultEndpoint {
    /// It does.
    #[default]
    Enabled,
    /// Only custom domain names do.
    Disabled,
}

/// Stages of type `S`: a plan with what outlives it, such as counters.
pub struct Registry<S> {
    apis: papaya::HashMap<String, Arc<ApiStages<S>>>,
    /// Held by writers only, so that two changes of one API do not lose each other.
    writing: Lock<()>,
}

/// One API at a moment.
#[derive(Clone)]
pub struct ApiStages<S> {
    /// Whether its default endpoint answers.
    pub endpoint: DefaultEndpoint,
    /// By name.
    pub stages: HashMap<String, S>,
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self { apis: papaya::HashMap::new(), writing: Lock::default() }
    }
}

impl<S> Default for ApiStages<S> {
    fn default() -> Self {
        Self { endpoint: DefaultEndpoint::default(), stages: HashMap::new() }
    }
}

impl<S: Clone> Registry<S> {
    /// What `look` makes of an API; `None` where it is not here.
    pub fn with<T>(&self, api_id: &str, look: impl FnOnce(&ApiStages<S>) -> T) -> Option<T> {
        self.apis.pin().get(api_id).map(|api| look(api))
    }

    /// A stage, wherever a request to it comes from.
    pub fn stage(&self, api_id: &str, stage: &str) -> Option<S> {
        self.with(api_id, |api| api.stages.get(stage).cloned())?
    }

    /// A stage of an API whose default endpoint answers.
    pub fn open_stage(&self, api_id: &str, stage: &str) -> Option<S> {
        self.with(api_id, |api| api.stages.get(stage).filter(|_| api.endpoint == DefaultEndpoint::Enabled).cloned())?
    }

    /// Whether the API is here.
    pub fn has_api(&self, api_id: &str) -> bool {
        self.apis.pin().contains_key(api_id)
    }

    /// The APIs that are here.
    pub fn api_ids(&self) -> Vec<String> {
        self.apis.pin().keys().cloned().collect()
    }

    /// What `look` makes of each stage, in order of API and name.
    pub fn all<T>(&self, look: impl Fn(&str, &str, &S) -> T) -> Vec<T> {
        let apis = self.apis.pin();
        let mut all: Vec<(&str, &str, &S)> = apis
            .iter()
            .flat_map(|(id, api)| api.stages.iter().map(|(name, stage)| (id.as_str(), name.as_str(), stage)))
            .collect();
        all.sort_unstable_by_key(|(id, name, _)| (*id, *name));
        all.into_iter().map(|(id, name, stage)| look(id, name, stage)).collect()
    }

    /// Puts an API's stages, given by name and plan, all at once in place of what was there; `after` makes a stage of the
    /// one before it and its new plan. An API without stages is here all the same.
    pub fn replace_api<P>(
        &self,
        api_id: &str,
        endpoint: DefaultEndpoint,
        plans: impl IntoIterator<Item = (String, P)>,
        after: impl Fn(Option<S>, P) -> S,
    ) {
        self.change(api_id, |api| {
            let mut before = std::mem::take(&mut api.stages);
            let stages = plans.into_iter().map(|(name, plan)| {
                let stage = after(before.remove(&name), plan);
                (name, stage)
            });
            *api = ApiStages { endpoint, stages: stages.collect() };
        });
    }

    /// Puts one stage; `after` makes it of the one before it.
    pub fn put_stage(&self, api_id: &str, stage: &str, after: impl FnOnce(Option<S>) -> S) {
        self.change(api_id, |api| {
            let before = api.stages.remove(stage);
            api.stages.insert(stage.to_owned(), after(before));
        });
    }

    /// Takes a stage away.
    pub fn remove_stage(&self, api_id: &str, stage: &str) {
        self.change(api_id, |api| {
            api.stages.remove(stage);
        });
    }

    /// Takes an API away.
    pub fn remove_api(&self, api_id: &str) {
        let _writing = self.writing.lock();
        self.apis.pin().remove(api_id);
    }

    /// Opens or closes the default endpoint.
    pub fn set_endpoint(&self, api_id: &str, endpoint: DefaultEndpoint) {
        self.change(api_id, |api| api.endpoint = endpoint);
    }

    fn change(&self, api_id: &str, edit: impl FnOnce(&mut ApiStages<S>)) {
        let _writing = self.writing.lock();
        let apis = self.apis.pin();
        let mut api = apis.get(api_id).map(|api| ApiStages::clone(api)).unwrap_or_default();
        edit(&mut api);
        apis.insert(api_id.to_owned(), Arc::new(api));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage that counts how often it was planned.
    fn after(before: Option<(u32, u32)>, plan: u32) -> (u32, u32) {
        (plan, before.map_or(1, |(_, planned)| planned + 1))
    }

    #[test]
    fn a_stage_that_stays_keeps_what_it_had_and_one_that_went_is_gone() {
        let registry = Registry::default();
        let two = || [("a".to_owned(), 1), ("b".to_owned(), 2)];
        registry.replace_api("x", DefaultEndpoint::Enabled, two(), after);
        registry.replace_api("x", DefaultEndpoint::Enabled, [("a".to_owned(), 3)], after);
        assert_eq!((registry.stage("x", "a"), registry.stage("x", "b")), (Some((3, 2)), None));
        registry.put_stage("x", "a", |before| after(before, 4));
        registry.put_stage("x", "c", |before| after(before, 5));
        assert_eq!(registry.all(|api, name, stage| format!("{api} {name} {stage:?}")), ["x a (4, 3)", "x c (5, 1)"]);
        registry.remove_stage("x", "a");
        registry.put_stage("x", "a", |before| after(before, 6));
        assert_eq!(registry.stage("x", "a"), Some((6, 1)), "who was taken away begins anew");
    }

    #[test]
    fn a_closed_default_endpoint_closes_no_other_way() {
        let registry = Registry::default();
        registry.put_stage("x", "a", |before| after(before, 1));
        registry.set_endpoint("x", DefaultEndpoint::Disabled);
        assert_eq!((registry.open_stage("x", "a"), registry.stage("x", "a")), (None, Some((1, 1))));
        registry.set_endpoint("x", DefaultEndpoint::Enabled);
        assert_eq!(registry.open_stage("x", "a"), Some((1, 1)));
    }

    #[test]
    fn an_api_without_stages_is_here_until_it_is_taken_away() {
        let registry = Registry::<(u32, u32)>::default();
        registry.replace_api("x", DefaultEndpoint::Enabled, [], after);
        assert!(registry.has_api("x") && registry.api_ids() == ["x"]);
        registry.remove_api("x");
        assert!(!registry.has_api("x") && registry.all(|_, _, _| ()).is_empty());
    }
}
