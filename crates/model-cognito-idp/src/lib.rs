//! model-cognito-idp
