//! Managed policies that AWS gives to all accounts, as far as they matter here: the documents are our own, written after
//! what the guide says each one allows ("AWS managed policies for job functions" and the services' own pages).
//!
//! To add one: an entry in [`POLICIES`].

use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Timestamp;

use crate::entity::{ManagedPolicy, PolicyVersion};
use crate::error::{self, Result};

/// A policy of AWS's.
#[derive(Debug)]
pub struct AwsPolicy {
    /// `/service-role/`.
    pub path: &'static str,
    /// `AdministratorAccess`.
    pub name: &'static str,
    /// In a few words.
    pub description: &'static str,
    /// The document.
    pub document: &'static str,
}

/// What all their ARNs begin with.
const PREFIX: &str = "arn:aws:iam::aws:policy";
/// When they say that they were made: 2015-02-06, the day of AWS's first.
const CREATED: Timestamp = Timestamp::from_secs(1_423_248_000);

/// The policy of that ARN.
pub fn find(arn: &str) -> Option<&'static AwsPolicy> {
    let rest = arn.strip_prefix(PREFIX)?;
    POLICIES.iter().find(|policy| rest.strip_prefix(policy.path) == Some(policy.name))
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static AwsPolicy> {
    POLICIES.iter()
}

/// Keeps an operation from changing one of them.
///
/// # Errors
/// `AccessDenied` where the ARN is AWS's.
pub fn refuse(action: &str, arn: &str) -> Result<()> {
    if arn.starts_with(PREFIX) { Err(error::aws_managed(action, arn)) } else { Ok(()) }
}

impl AwsPolicy {
    /// `arn:aws:iam::aws:policy/service-role/name`.
    pub fn arn(&self) -> String {
        format!("{PREFIX}{}{}", self.path, self.name)
    }

    /// As a managed policy of the account `aws`.
    pub fn to_entity(&self) -> ManagedPolicy {
        ManagedPolicy {
            name: self.name.to_owned(),
            id: self.id(),
            account: "aws".to_owned(),
            path: self.path.to_owned(),
            created: CREATED,
            updated: CREATED,
            description: Some(self.description.to_owned()),
            tags: Vec::new(),
            versions: vec![PolicyVersion { number: 1, document: self.document.to_owned(), created: CREATED }],
            default_version: 1,
            next_version: 2,
        }
    }

    /// The same at every start and in every account, as AWS's are.
    fn id(&self) -> String {
        let letter = |byte: &u8| char::from(b'A' + byte % 26);
        let hash = digest(&SHA256, self.arn().as_bytes());
        format!("ANPA{}", hash.as_ref().iter().take(17).map(letter).collect::<String>())
    }
}

const POLICIES: &[AwsPolicy] = &[
    AwsPolicy {
        path: "/",
        name: "AdministratorAccess",
        description: "Everything, on everything.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"*","Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "PowerUserAccess",
        description: "Everything but the management of users, groups and the account.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
{"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles",
"organizations:DescribeOrganization","account:ListRegions",
"account:GetAccountInformation"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "ReadOnlyAccess",
        description: "Reading of all services that are served here.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["apigateway:GET","cognito-idp:Get*","cognito-idp:List*",
"cognito-idp:Describe*","cognito-idp:AdminGetUser","cognito-idp:AdminListGroupsForUser",
"cognito-identity:Get*","cognito-identity:List*","cognito-identity:Describe*","cognito-sync:Get*",
"cognito-sync:List*","iam:Get*","iam:List*","iam:Generate*","iam:Simulate*","lambda:Get*",
"lambda:List*","logs:Describe*","logs:Get*","logs:List*","logs:FilterLogEvents","logs:StartQuery",
"logs:StopQuery","logs:TestMetricFilter","s3:Get*","s3:List*","s3:Head*","sts:GetCallerIdentity",
"sts:GetAccessKeyInfo","tag:Get*","waf:Get*","waf:List*","wafv2:CheckCapacity","wafv2:Describe*",
"wafv2:Get*","wafv2:List*"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/job-function/",
        name: "ViewOnlyAccess",
        description: "Listing of what there is, without its contents.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["apigateway:GET","cognito-idp:List*","cognito-idp:Describe*",
"cognito-identity:List*","cognito-identity:Describe*","iam:List*","iam:GetAccountSummary",
"iam:GetLoginProfile","lambda:List*","logs:Describe*","s3:ListAllMyBuckets","s3:ListBucket",
"wafv2:List*","waf:List*"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "SecurityAudit",
        description: "Reading of what decides over access.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["cognito-idp:List*","cognito-idp:Describe*",
"cognito-idp:GetUserPoolMfaConfig","cognito-identity:Describe*","cognito-identity:GetIdentityPoolRoles",
"cognito-identity:List*","iam:Generate*","iam:Get*","iam:List*","iam:SimulateCustomPolicy",
"iam:SimulatePrincipalPolicy","lambda:GetPolicy","lambda:List*","logs:Describe*","s3:GetBucket*",
"s3:GetAccountPublicAccessBlock","s3:GetEncryptionConfiguration","s3:ListAllMyBuckets",
"sts:GetCallerIdentity","wafv2:Get*","wafv2:List*"],"Resource":"*"},
{"Effect":"Allow","Action":["apigateway:GET"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSDenyAll",
        description: "Nothing.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Deny","Action":"*","Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "IAMFullAccess",
        description: "All of IAM.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["iam:*","organizations:DescribeAccount",
"organizations:DescribeOrganization","organizations:ListAccounts"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "IAMReadOnlyAccess",
        description: "Reading of IAM.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails",
"iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "IAMUserChangePassword",
        description: "A user's own password.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["iam:ChangePassword"],"Resource":["arn:aws:iam::*:user/${aws:username}"]},
{"Effect":"Allow","Action":["iam:GetAccountPasswordPolicy"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonS3FullAccess",
        description: "All of S3.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonS3ReadOnlyAccess",
        description: "Reading of S3.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*",
"s3-object-lambda:List*"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonCognitoPowerUser",
        description: "All of user pools and identity pools.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["cognito-identity:*","cognito-idp:*","cognito-sync:*","iam:ListRoles",
"iam:ListOpenIdConnectProviders","iam:GetRole","iam:ListSAMLProviders","iam:GetSAMLProvider",
"lambda:ListFunctions"],"Resource":"*"},
{"Effect":"Allow","Action":"iam:CreateServiceLinkedRole","Resource":"*",
"Condition":{"StringEquals":{"iam:AWSServiceName":["cognito-idp.amazonaws.com",
"email.cognito-idp.amazonaws.com"]}}}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonCognitoReadOnly",
        description: "Reading of user pools and identity pools.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["cognito-identity:Get*","cognito-identity:List*",
"cognito-identity:Describe*","cognito-idp:Get*","cognito-idp:List*","cognito-idp:Describe*",
"cognito-idp:AdminGet*","cognito-idp:AdminList*","cognito-sync:Describe*","cognito-sync:Get*",
"cognito-sync:List*","iam:ListOpenIdConnectProviders","iam:ListRoles"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonCognitoDeveloperAuthenticatedIdentities",
        description: "Identities that an own backend signs in.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["cognito-identity:GetOpenIdTokenForDeveloperIdentity",
"cognito-identity:LookupDeveloperIdentity","cognito-identity:MergeDeveloperIdentities",
"cognito-identity:UnlinkDeveloperIdentity"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonAPIGatewayAdministrator",
        description: "Management of APIs.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["apigateway:*"],"Resource":"arn:aws:apigateway:*::/*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AmazonAPIGatewayInvokeFullAccess",
        description: "Calls of all APIs.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["execute-api:Invoke",
"execute-api:ManageConnections"],"Resource":"arn:aws:execute-api:*:*:*"}
]}"#,
    },
    AwsPolicy {
        path: "/service-role/",
        name: "AmazonAPIGatewayPushToCloudWatchLogs",
        description: "Logs that API Gateway writes.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogGroups",
"logs:DescribeLogStreams","logs:PutLogEvents","logs:GetLogEvents",
"logs:FilterLogEvents"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSLambda_FullAccess",
        description: "All of Lambda.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["lambda:*","logs:DescribeLogGroups","iam:GetPolicy","iam:GetPolicyVersion",
"iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies","iam:ListRolePolicies",
"iam:ListRoles"],"Resource":"*"},
{"Effect":"Allow","Action":"iam:PassRole","Resource":"*",
"Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}},
{"Effect":"Allow","Action":["logs:DescribeLogStreams","logs:GetLogEvents",
"logs:FilterLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSLambda_ReadOnlyAccess",
        description: "Reading of Lambda.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["lambda:Get*","lambda:List*","logs:DescribeLogGroups","iam:GetPolicy",
"iam:GetPolicyVersion","iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies",
"iam:ListRolePolicies","iam:ListRoles"],"Resource":"*"},
{"Effect":"Allow","Action":["logs:DescribeLogStreams","logs:GetLogEvents",
"logs:FilterLogEvents"],"Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSLambdaExecute",
        description: "Objects and logs of a function.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:*:*:*"},
{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::*"}
]}"#,
    },
    AwsPolicy {
        path: "/service-role/",
        name: "AWSLambdaBasicExecutionRole",
        description: "Logs of a function.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream",
"logs:PutLogEvents"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/service-role/",
        name: "AWSLambdaRole",
        description: "Calls of functions.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["lambda:InvokeFunction"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "CloudWatchLogsFullAccess",
        description: "All of the logs.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["logs:*","cloudwatch:GenerateQuery"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "CloudWatchLogsReadOnlyAccess",
        description: "Reading of the logs.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["logs:Describe*","logs:Get*","logs:List*","logs:StartQuery",
"logs:StopQuery","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail",
"logs:StopLiveTail"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSWAFFullAccess",
        description: "All of WAF.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["waf:*","waf-regional:*","wafv2:*","apigateway:SetWebACL",
"cognito-idp:ListResourcesForWebACL","cognito-idp:AssociateWebACL","cognito-idp:DisassociateWebACL",
"cognito-idp:GetWebACLForResource"],"Resource":"*"}
]}"#,
    },
    AwsPolicy {
        path: "/",
        name: "AWSWAFReadOnlyAccess",
        description: "Reading of WAF.",
        document: r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":["waf:Get*","waf:List*","waf-regional:Get*","waf-regional:List*",
"wafv2:Get*","wafv2:List*","wafv2:Describe*","wafv2:CheckCapacity","cognito-idp:ListResourcesForWebACL",
"cognito-idp:GetWebACLForResource"],"Resource":"*"}
]}"#,
    },
];

#[cfg(test)]
mod tests {
    use iam_policy::{Policy, PolicyKind, non_blank_len};

    use super::*;

    #[test]
    fn every_document_is_one_and_within_the_bound() {
        for policy in all() {
            Policy::parse(policy.document, PolicyKind::Identity).unwrap_or_else(|e| panic!("{}: {e}", policy.name));
            assert!(non_blank_len(policy.document) <= 6_144, "{}", policy.name);
            assert_eq!(find(&policy.arn()).unwrap().name, policy.name);
            assert_eq!(policy.to_entity().arn(), policy.arn());
            assert_eq!(policy.id().len(), 21);
        }
    }

    #[test]
    fn others_are_none_of_them() {
        for arn in ["", "arn:aws:iam::aws:policy/None", "arn:aws:iam::123456789012:policy/AdministratorAccess"] {
            assert!(find(arn).is_none(), "{arn}");
        }
        assert!(find("arn:aws:iam::aws:policy/service-role/AdministratorAccess").is_none());
    }
}
