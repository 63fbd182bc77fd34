//! model-cognito-identity
