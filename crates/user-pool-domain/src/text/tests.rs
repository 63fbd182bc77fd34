use std::collections::BTreeSet;

use super::*;

fn names(list: &'static [(&'static str, &'static str)]) -> BTreeSet<&'static str> {
    list.iter().map(|(name, _)| *name).collect()
}

#[test]
fn every_language_has_every_sentence() {
    assert_eq!(ALL.map(|texts| texts.lang), LANGUAGES);
    // The members of `Texts` are demanded by the compiler; its lists and what stands in a file are not.
    let sources = [
        include_str!("en.rs"),
        include_str!("de.rs"),
        include_str!("es.rs"),
        include_str!("fr.rs"),
        include_str!("ja.rs"),
    ];
    for (texts, source) in ALL.into_iter().zip(sources) {
        assert!(!source.contains("\"\""), "{}: an empty sentence", texts.lang);
        assert_eq!(names(texts.attributes), names(en::ENGLISH.attributes), "{}", texts.lang);
        assert_eq!(source.matches("{}").count(), sources[0].matches("{}").count(), "{}: a value is lost", texts.lang);
    }
    for texts in ALL.into_iter().skip(1) {
        assert_eq!(names(texts.refusals), names(de::GERMAN.refusals), "{}", texts.lang);
        assert_ne!(texts.sign_in_lead, en::ENGLISH.sign_in_lead, "{}", texts.lang);
    }
}

#[test]
fn a_refusal_is_told_in_the_language_of_the_page() {
    let error = AwsError::sender("CodeMismatchException", 400, "Invalid code or auth state for the user.");
    assert_eq!(en::ENGLISH.refusal(&error), None);
    assert!(de::GERMAN.refusal(&error).unwrap().contains("Code"));
    let trigger = AwsError::sender("UserLambdaValidationException", 400, "PreSignUp failed with error no.");
    assert_eq!(ja::JAPANESE.refusal(&trigger), None);
}
