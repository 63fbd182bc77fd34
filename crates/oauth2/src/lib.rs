//! oauth2
