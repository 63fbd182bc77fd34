//! cognito-idp
