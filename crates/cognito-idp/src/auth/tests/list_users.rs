use serde_json::{Value, json};

use super::{Lab, PASSWORD};

async fn crowd() -> Lab {
    let lab = Lab::new().await;
    for (name, family) in [("anna", "Smith"), ("Anton", "smithers"), ("bea", "Jones"), ("carl", "Smith")] {
        let list = json!([
            { "Name": "family_name", "Value": family },
            { "Name": "email", "Value": format!("{name}@example.com") },
        ]);
        lab.admin("AdminCreateUser", name, json!({ "UserAttributes": list, "MessageAction": "SUPPRESS" })).await;
    }
    lab.admin("AdminSetUserPassword", "bea", json!({ "Password": PASSWORD, "Permanent": true })).await;
    lab.admin("AdminDisableUser", "carl", json!({})).await;
    lab
}

fn names(page: &Value) -> Vec<String> {
    page["Users"].as_array().unwrap().iter().map(|user| user["Username"].as_str().unwrap().to_owned()).collect()
}

async fn found(lab: &Lab, filter: &str) -> Vec<String> {
    names(&lab.ok("ListUsers", json!({ "UserPoolId": lab.pool, "Filter": filter })).await)
}

#[tokio::test]
async fn filters_find_by_value_and_prefix() {
    let lab = crowd().await;
    let sub = lab.admin("AdminGetUser", "anna", json!({})).await["UserAttributes"][0]["Value"].clone();
    let sub = sub.as_str().unwrap();
    let by_sub = format!("sub = \"{sub}\"");
    let cases: [(&str, &[&str]); 14] = [
        ("", &["anna", "Anton", "bea", "carl"]),
        ("family_name = \"Smith\"", &["anna", "carl"]),
        ("family_name = \"SMITH\"", &["anna", "carl"]),
        ("family_name ^= \"smi\"", &["anna", "carl", "Anton"]),
        ("family_name ^= \"\"", &["bea", "anna", "carl", "Anton"]),
        ("username = \"anna\"", &["anna"]),
        ("username = \"anton\"", &[]),
        ("username ^= \"An\"", &["Anton"]),
        ("email = \"bea@example.com\"", &["bea"]),
        ("cognito:user_status = \"confirmed\"", &["bea"]),
        ("status = \"Disabled\"", &["carl"]),
        ("status = \"disabled\"", &[]),
        ("name = \"nobody\"", &[]),
        (&by_sub, &["anna"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(found(&lab, filter).await, expected, "{filter}");
    }
}

#[tokio::test]
async fn filters_follow_changes() {
    let lab = crowd().await;
    let change = json!({ "UserAttributes": [{ "Name": "family_name", "Value": "Other" }] });
    lab.admin("AdminUpdateUserAttributes", "anna", change).await;
    lab.admin("AdminEnableUser", "carl", json!({})).await;
    lab.admin("AdminDeleteUser", "bea", json!({})).await;
    assert_eq!(found(&lab, "family_name = \"Smith\"").await, ["carl"]);
    assert_eq!(found(&lab, "family_name = \"Other\"").await, ["anna"]);
    assert!(found(&lab, "status = \"Disabled\"").await.is_empty());
    assert!(found(&lab, "cognito:user_status = \"CONFIRMED\"").await.is_empty());
}

#[tokio::test]
async fn long_values_are_compared_in_full() {
    let lab = Lab::new().await;
    let long = "é".repeat(1000);
    for (name, tail) in [("a", "1"), ("b", "2")] {
        let list = json!([{ "Name": "name", "Value": format!("{long}{tail}") }]);
        lab.admin("AdminCreateUser", name, json!({ "UserAttributes": list, "MessageAction": "SUPPRESS" })).await;
    }
    assert_eq!(found(&lab, &format!("name ^= \"{}\"", "é".repeat(200))).await, ["a", "b"]);
    assert!(found(&lab, &format!("name = \"{}\"", "é".repeat(200))).await.is_empty());
}

#[tokio::test]
async fn pages_go_on_where_the_last_ended() {
    let lab = crowd().await;
    for filter in ["", "family_name ^= \"s\"", "family_name = \"smith\"", "username ^= \"a\""] {
        let whole = found(&lab, filter).await;
        let (mut collected, mut token) = (Vec::new(), Value::Null);
        loop {
            let mut input = json!({ "UserPoolId": lab.pool, "Filter": filter, "Limit": 1 });
            if !token.is_null() {
                input["PaginationToken"] = token.clone();
            }
            let page = lab.ok("ListUsers", input).await;
            collected.extend(names(&page));
            match page.get("PaginationToken") {
                Some(next) => token = next.clone(),
                None => break,
            }
        }
        assert_eq!(collected, whole, "{filter}");
    }
}

#[tokio::test]
async fn a_page_token_is_good_for_its_question_alone() {
    let lab = crowd().await;
    let first = lab.ok("ListUsers", json!({ "UserPoolId": lab.pool, "Limit": 1 })).await;
    let token = first["PaginationToken"].clone();
    let other_pool = lab.world.pool(json!({})).await;
    for input in [
        json!({ "UserPoolId": lab.pool, "PaginationToken": "forged" }),
        json!({ "UserPoolId": lab.pool, "PaginationToken": token, "Filter": "name ^= \"a\"" }),
        json!({ "UserPoolId": other_pool, "PaginationToken": token }),
    ] {
        let refused = lab.refused("ListUsers", input).await;
        assert!(refused.starts_with("InvalidParameterException: Invalid pagination token"), "{refused}");
    }
}

#[tokio::test]
async fn only_the_attributes_asked_for_are_shown() {
    let lab = crowd().await;
    let input = json!({ "UserPoolId": lab.pool, "AttributesToGet": ["email", "nickname"], "Limit": 1 });
    let page = lab.ok("ListUsers", input).await;
    assert_eq!(page["Users"][0]["Attributes"], json!([{ "Name": "email", "Value": "anna@example.com" }]));
    let refused = lab.refused("ListUsers", json!({ "UserPoolId": lab.pool, "AttributesToGet": ["nope"] })).await;
    assert!(refused.starts_with("InvalidParameterException"), "{refused}");
}

#[tokio::test]
async fn bad_filters_are_refused() {
    let lab = crowd().await;
    for (filter, expected) in [
        ("name", "InvalidParameterException: Error while parsing filter"),
        ("custom:team = \"a\"", "InvalidParameterException: Input fails to satisfy the constraints."),
        ("birthdate = \"a\"", "InvalidParameterException: Invalid search attribute: birthdate"),
    ] {
        let input = json!({ "UserPoolId": lab.pool, "Filter": filter });
        assert_eq!(lab.refused("ListUsers", input).await, expected);
    }
}
