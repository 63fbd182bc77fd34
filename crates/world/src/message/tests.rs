//! Messages on their way: the queue, a mail server made for the test, a webhook made for the test.

mod outbox;
mod smtp;
mod webhook;

use aws_types::Timestamp;

use super::{Channel, Message};

pub fn email(to: &str) -> Message {
    Message {
        pool: "eu-west-1_a".to_owned(),
        user: "alice".to_owned(),
        to: to.to_owned(),
        channel: Channel::Email,
        subject: "Your verification code".to_owned(),
        body: "Your verification code is <b>123456</b>. ".to_owned(),
        from: None,
        reply_to: None,
        configuration_set: None,
        sms_origin: None,
        code: Some("123456".to_owned()),
        time: Timestamp::from_secs(1_767_323_045),
    }
}

pub fn sms(to: &str) -> Message {
    Message { channel: Channel::Sms, subject: String::new(), body: "Code 123456".to_owned(), ..email(to) }
}
