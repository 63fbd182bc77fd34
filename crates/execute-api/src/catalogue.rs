//! The catalogues that AWS fixes: each an enum, so that a new member makes the compiler list what misses it.

macro_rules! catalogue {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All members, in AWS's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// By its exact name on the wire.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

catalogue! {
    /// How a method decides who may call it.
    AuthorizationType {
        /// Anyone.
        None = "NONE",
        /// Signature Version 4.
        AwsIam = "AWS_IAM",
        /// A Lambda authorizer.
        Custom = "CUSTOM",
        /// Tokens of a user pool.
        CognitoUserPools = "COGNITO_USER_POOLS",
    }
}

catalogue! {
    /// Kinds of authorizers.
    AuthorizerType {
        /// Lambda, one token.
        Token = "TOKEN",
        /// Lambda, request parameters.
        Request = "REQUEST",
        /// Tokens of user pools.
        CognitoUserPools = "COGNITO_USER_POOLS",
    }
}

catalogue! {
    /// Kinds of integrations.
    IntegrationType {
        /// An HTTP endpoint, with mapping.
        Http = "HTTP",
        /// An AWS service, with mapping.
        Aws = "AWS",
        /// No backend: the mapping templates answer.
        Mock = "MOCK",
        /// An HTTP endpoint, passed through.
        HttpProxy = "HTTP_PROXY",
        /// A Lambda function, passed through.
        AwsProxy = "AWS_PROXY",
    }
}

catalogue! {
    /// What happens to a body that no request template fits.
    PassthroughBehavior {
        /// Unmatched types pass.
        WhenNoMatch = "WHEN_NO_MATCH",
        /// They pass only where there is no template at all.
        WhenNoTemplates = "WHEN_NO_TEMPLATES",
        /// 415.
        Never = "NEVER",
    }
}

catalogue! {
    /// Verbs a method may bear.
    HttpMethod {
        /// GET
        Get = "GET",
        /// PUT
        Put = "PUT",
        /// POST
        Post = "POST",
        /// DELETE
        Delete = "DELETE",
        /// PATCH
        Patch = "PATCH",
        /// OPTIONS
        Options = "OPTIONS",
        /// HEAD
        Head = "HEAD",
        /// Every verb without a method of its own.
        Any = "ANY",
    }
}

catalogue! {
    /// The gateway responses that a customer may restyle ("Gateway response types for API Gateway").
    GatewayResponseType {
        /// Authorized no further by a policy or authorizer.
        AccessDenied = "ACCESS_DENIED",
        /// The API is misconfigured.
        ApiConfigurationError = "API_CONFIGURATION_ERROR",
        /// The authorizer is misconfigured.
        AuthorizerConfigurationError = "AUTHORIZER_CONFIGURATION_ERROR",
        /// The authorizer failed.
        AuthorizerFailure = "AUTHORIZER_FAILURE",
        /// The body does not fit its model.
        BadRequestBody = "BAD_REQUEST_BODY",
        /// A required parameter is missing.
        BadRequestParameters = "BAD_REQUEST_PARAMETERS",
        /// Fallback of all 4XX types that are not set.
        Default4xx = "DEFAULT_4XX",
        /// Fallback of all 5XX types that are not set.
        Default5xx = "DEFAULT_5XX",
        /// The AWS session token is over.
        ExpiredToken = "EXPIRED_TOKEN",
        /// The integration failed.
        IntegrationFailure = "INTEGRATION_FAILURE",
        /// The integration took too long.
        IntegrationTimeout = "INTEGRATION_TIMEOUT",
        /// No valid API key.
        InvalidApiKey = "INVALID_API_KEY",
        /// The AWS signature is wrong.
        InvalidSignature = "INVALID_SIGNATURE",
        /// No authentication, or no such method or resource.
        MissingAuthenticationToken = "MISSING_AUTHENTICATION_TOKEN",
        /// The usage plan's quota is used up.
        QuotaExceeded = "QUOTA_EXCEEDED",
        /// The request is too large.
        RequestTooLarge = "REQUEST_TOO_LARGE",
        /// No such resource, found after authentication.
        ResourceNotFound = "RESOURCE_NOT_FOUND",
        /// Over a rate limit.
        Throttled = "THROTTLED",
        /// The authorizer found no one it knows.
        Unauthorized = "UNAUTHORIZED",
        /// No template for the media type under strict pass-through.
        UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE",
        /// Blocked by AWS WAF.
        WafFiltered = "WAF_FILTERED",
    }
}

impl GatewayResponseType {
    /// The status where nobody set another; the two defaults have none.
    pub const fn default_status(self) -> Option<u16> {
        Some(match self {
            Self::Default4xx | Self::Default5xx => return None,
            Self::BadRequestBody | Self::BadRequestParameters => 400,
            Self::Unauthorized => 401,
            Self::AccessDenied
            | Self::ExpiredToken
            | Self::InvalidApiKey
            | Self::InvalidSignature
            | Self::MissingAuthenticationToken
            | Self::WafFiltered => 403,
            Self::ResourceNotFound => 404,
            Self::RequestTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::QuotaExceeded | Self::Throttled => 429,
            Self::ApiConfigurationError | Self::AuthorizerConfigurationError | Self::AuthorizerFailure => 500,
            Self::IntegrationFailure | Self::IntegrationTimeout => 504,
        })
    }

    /// `x-amzn-ErrorType`. Those of authorizer failures and 415 are from memory.
    pub const fn error_type(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDeniedException",
            Self::ApiConfigurationError
            | Self::IntegrationFailure
            | Self::IntegrationTimeout
            | Self::Default4xx
            | Self::Default5xx => "InternalServerErrorException",
            Self::AuthorizerConfigurationError => "AuthorizerConfigurationException",
            Self::AuthorizerFailure => "AuthorizerFailureException",
            Self::BadRequestBody | Self::BadRequestParameters => "BadRequestException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::InvalidApiKey | Self::WafFiltered => "ForbiddenException",
            Self::InvalidSignature => "InvalidSignatureException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::QuotaExceeded => "LimitExceededException",
            Self::RequestTooLarge => "RequestTooLargeException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::Throttled => "TooManyRequestsException",
            Self::Unauthorized => "UnauthorizedException",
            Self::UnsupportedMediaType => "UnsupportedMediaTypeException",
        }
    }

    /// Whether it speaks of the backend.
    pub const fn is_of_integration(self) -> bool {
        matches!(self, Self::IntegrationFailure | Self::IntegrationTimeout | Self::ApiConfigurationError)
    }

    /// The fallback that applies where this type is not set.
    pub const fn fallback(self) -> Option<Self> {
        match self.default_status() {
            Some(400..=499) => Some(Self::Default4xx),
            Some(_) => Some(Self::Default5xx),
            None => None,
        }
    }
}
