//! The policies of a principal, read together and compiled once.

use std::sync::Arc;

use aws_types::{AccountId, AwsError};
use iam_policy::{Policy, PolicyKind};
use model_iam::types::PolicySourceType;

use crate::aws_managed;
use crate::entity::{Grants, Group, ManagedPolicy, Role, Tag, User, arn_name};
use crate::error::Result;
use crate::identity::UserIdentity;
use crate::principal::groups_of;
use crate::service::Shared;
use crate::table::{Entity, account_pk, event_key};

/// A user or role, ready to be judged.
pub struct Compiled {
    /// Unique id.
    pub id: String,
    /// Who it is, of a user.
    pub user: Option<Arc<UserIdentity>>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Identity policies.
    pub identity: Vec<Policy>,
    /// Where each identity policy comes from.
    pub sources: Vec<Source>,
    /// The permission boundary.
    pub boundary: Option<Policy>,
}

/// Where a policy comes from, as simulations say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// `user_alice_ReadThings`, or the name of a managed policy.
    pub id: String,
    /// Of what kind.
    pub kind: PolicySourceType,
    /// How it came to its principal.
    pub origin: Origin,
}

/// How a policy comes to its principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It stands in a user, group or role.
    Inline {
        /// Name of the policy.
        name: String,
        /// Name of the user, group or role.
        holder: String,
    },
    /// It is attached, under this ARN.
    Attached(String),
    /// The request brings it along.
    Given,
}

/// Whose inline policies are read.
#[derive(Clone, Copy)]
struct Holder<'a> {
    kind: PolicySourceType,
    word: &'a str,
    name: &'a str,
}

impl Shared {
    /// The user of that name, compiled and remembered.
    ///
    /// # Errors
    /// The store's, and an internal error where a stored document cannot be read: what it denied must not be lost.
    pub(crate) async fn compiled_user(&self, account: &AccountId, name: &str) -> Result<Option<Arc<Compiled>>> {
        let key = event_key(account.as_str(), &User::sk(name));
        self.cache.load(&self.cache.principals, &key, self.compile_user(account, name)).await
    }

    /// The role of that name, compiled and remembered.
    ///
    /// # Errors
    /// As [`Shared::compiled_user`].
    pub(crate) async fn compiled_role(&self, account: &AccountId, name: &str) -> Result<Option<Arc<Compiled>>> {
        let key = event_key(account.as_str(), &Role::sk(name));
        self.cache.load(&self.cache.principals, &key, self.compile_role(account, name)).await
    }

    async fn compile_user(&self, account: &AccountId, name: &str) -> Result<Option<Compiled>> {
        let pk = account_pk(account.as_str());
        let Some(user) = User::TABLE.get(self.store(), &pk, &User::sk(name)).await? else { return Ok(None) };
        let user = user.value;
        let identity = UserIdentity {
            account: account.clone(),
            arn: user.arn(),
            id: user.id.clone(),
            name: user.name.clone(),
            path: user.path.clone(),
        };
        let mut compiled = Compiled {
            id: user.id.clone(),
            user: Some(Arc::new(identity)),
            tags: user.tags.clone(),
            identity: Vec::new(),
            sources: Vec::new(),
            boundary: self.boundary(account.as_str(), user.boundary.as_deref()).await?,
        };
        let holder = Holder { kind: PolicySourceType::User, word: "user", name: &user.name };
        self.add_grants(&mut compiled, account.as_str(), holder, &user.grants).await?;
        for group in groups_of(self.store(), &user).await? {
            self.add_group(&mut compiled, &group).await?;
        }
        Ok(Some(compiled))
    }

    async fn compile_role(&self, account: &AccountId, name: &str) -> Result<Option<Compiled>> {
        let pk = account_pk(account.as_str());
        let Some(role) = Role::TABLE.get(self.store(), &pk, &Role::sk(name)).await? else { return Ok(None) };
        let mut compiled = Compiled {
            id: role.id.clone(),
            user: None,
            tags: role.tags.clone(),
            identity: Vec::new(),
            sources: Vec::new(),
            boundary: self.boundary(account.as_str(), role.boundary.as_deref()).await?,
        };
        let holder = Holder { kind: PolicySourceType::Role, word: "role", name: &role.name };
        self.add_grants(&mut compiled, account.as_str(), holder, &role.grants).await?;
        Ok(Some(compiled))
    }

    /// A group alone, as simulations want it.
    ///
    /// # Errors
    /// As [`Shared::compiled_user`].
    pub(crate) async fn compile_group(&self, group: &Group) -> Result<Compiled> {
        let mut compiled = Compiled {
            id: group.id.clone(),
            user: None,
            tags: Vec::new(),
            identity: Vec::new(),
            sources: Vec::new(),
            boundary: None,
        };
        self.add_group(&mut compiled, group).await?;
        Ok(compiled)
    }

    async fn add_group(&self, compiled: &mut Compiled, group: &Group) -> Result<()> {
        let holder = Holder { kind: PolicySourceType::Group, word: "group", name: &group.name };
        self.add_grants(compiled, &group.account, holder, &group.grants).await
    }

    async fn add_grants(
        &self,
        compiled: &mut Compiled,
        account: &str,
        holder: Holder<'_>,
        grants: &Grants,
    ) -> Result<()> {
        for (name, document) in &grants.inline {
            compiled.identity.push(parse(document, PolicyKind::Identity)?);
            let id = format!("{}_{}_{name}", holder.word, holder.name);
            let origin = Origin::Inline { name: name.clone(), holder: holder.name.to_owned() };
            compiled.sources.push(Source { id, kind: holder.kind, origin });
        }
        for arn in &grants.attached {
            let Some(document) = self.document(account, arn).await? else { continue };
            compiled.identity.push(parse(&document, PolicyKind::Identity)?);
            let aws = aws_managed::find(arn).is_some();
            let kind = if aws { PolicySourceType::AwsManaged } else { PolicySourceType::UserManaged };
            let origin = Origin::Attached(arn.clone());
            compiled.sources.push(Source { id: arn_name(arn).to_owned(), kind, origin });
        }
        Ok(())
    }

    /// A boundary that cannot be found bounds to nothing, which is an error here: nothing may pass.
    async fn boundary(&self, account: &str, arn: Option<&str>) -> Result<Option<Policy>> {
        let Some(arn) = arn else { return Ok(None) };
        let document = self.document(account, arn).await?;
        let document = document.ok_or_else(|| AwsError::internal(format!("the boundary {arn} is gone")))?;
        parse(&document, PolicyKind::Boundary).map(Some)
    }

    /// The document of a managed policy that counts.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn document(&self, account: &str, arn: &str) -> Result<Option<String>> {
        if let Some(policy) = aws_managed::find(arn) {
            return Ok(Some(policy.document.to_owned()));
        }
        let (pk, sk) = (account_pk(account), ManagedPolicy::sk(arn));
        let found = ManagedPolicy::TABLE.get(self.store(), &pk, &sk).await?;
        Ok(found.filter(|policy| policy.answers_to(arn)).map(|policy| policy.document().to_owned()))
    }

    /// A managed policy as a session's, compiled and remembered.
    ///
    /// # Errors
    /// As [`Shared::compiled_user`].
    pub(crate) async fn session_policy(&self, account: &AccountId, arn: &str) -> Result<Option<Arc<Policy>>> {
        let read = async {
            let document = self.document(account.as_str(), arn).await?;
            document.map(|document| parse(&document, PolicyKind::Session)).transpose()
        };
        self.cache.load(&self.cache.policies, &event_key(account.as_str(), arn), read).await
    }
}

/// Compiles a document that was checked before it was stored.
///
/// # Errors
/// An internal error: the document is not what was checked.
pub fn parse(document: &str, kind: PolicyKind) -> Result<Policy> {
    Policy::parse(document, kind).map_err(|error| AwsError::internal(format!("a stored policy is broken: {error}")))
}
