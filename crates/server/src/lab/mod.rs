//! `portcullis lab`: the two labs, set up through the public AWS APIs only, as any client would. Running it again on the
//! same data folder finds everything there and changes nothing.
//!
//! To add a lab: a file beside [`dragons`] with one `set_up` function, called from [`set_up`].

mod client;
mod dragons;
mod mock_api;
mod rest_api;
mod user_pool;

pub use client::{Client, LabError};

/// What a person does next.
pub struct Guide {
    lines: Vec<String>,
}

impl Guide {
    fn new(title: &str) -> Self {
        Self { lines: vec![String::new(), title.to_owned(), "-".repeat(title.len())] }
    }

    fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }
}

/// Sets both labs up and says what a person does next.
///
/// # Errors
/// What the server answered, if it refused a step.
pub async fn set_up(client: &Client) -> Result<String, LabError> {
    let mut text = Vec::new();
    text.extend(dragons::set_up(client).await?.lines);
    text.extend(mock_api::set_up(client).await?.lines);
    text.push(String::new());
    text.push(format!("Codes and mails: {}/_portcullis/inbox", client.base_url()));
    Ok(text.join("\n"))
}
