// amazon-cognito-identity-js, as pages and Amplify's elder versions use it: in node, and in a page of another origin.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import library from "amazon-cognito-identity-js";

import { browser } from "./browser.mjs";
import { call, somebody as cognitoUser } from "./cognito-js.mjs";
import { cognito, message, PASSWORD, start, user, userPool } from "./server.mjs";

const { AuthenticationDetails, CognitoRefreshToken, CognitoUser, CognitoUserAttribute, CognitoUserPool } = library;
let server;
let pool;

before(async () => {
  server = await start("serve");
  pool = await userPool(server, { pool: { AutoVerifiedAttributes: ["email"] } });
});
after(() => server.stop());

const somebody = (username, flow = "USER_PASSWORD_AUTH") => cognitoUser(server, pool, username, flow);

/** A method that takes `{ onSuccess, onFailure, … }` as a promise of what was called. */
const handled = (object, method, ...given) =>
  new Promise((resolve, reject) => {
    const told = (event) => (...values) => resolve({ event, values });
    object[method](...given, {
      onSuccess: told("onSuccess"),
      onFailure: reject,
      newPasswordRequired: told("newPasswordRequired"),
      inputVerificationCode: told("inputVerificationCode"),
    });
  });

const signIn = (found, Password = PASSWORD) =>
  handled(found, "authenticateUser", new AuthenticationDetails({ Username: found.getUsername(), Password }));

for (const flow of ["USER_PASSWORD_AUTH", "USER_SRP_AUTH"]) {
  test(`a user signs in by ${flow}`, async () => {
    const name = `ann-${flow.toLowerCase()}`;
    await user(server, pool, name);
    const ann = somebody(name, flow);
    await assert.rejects(signIn(ann, "Wrong-Password-1"), {
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    const { event, values } = await signIn(ann);
    assert.equal(event, "onSuccess");
    const [session] = values;
    assert.equal(session.isValid(), true);
    assert.equal(session.getIdToken().payload["cognito:username"], name);
    assert.equal(session.getAccessToken().payload.token_use, "access");
    const attributes = await call(ann, "getUserAttributes");
    assert.equal(attributes.find((each) => each.getName() === "email").getValue(), `${name}@example.com`);
  });

  test(`a temporary password is replaced by ${flow}`, async () => {
    const name = `new-${flow.toLowerCase()}`;
    await cognito(server, "AdminCreateUser", {
      UserPoolId: pool.id,
      Username: name,
      TemporaryPassword: "Temporary-1!",
      MessageAction: "SUPPRESS",
      UserAttributes: [{ Name: "email", Value: `${name}@example.com` }],
    });
    const found = somebody(name, flow);
    const { event, values } = await signIn(found, "Temporary-1!");
    assert.equal(event, "newPasswordRequired");
    const [attributes, required] = values;
    assert.equal(attributes.email, `${name}@example.com`);
    assert.deepEqual(required, []);
    const done = await handled(found, "completeNewPasswordChallenge", PASSWORD, {});
    assert.equal(done.event, "onSuccess");
    assert.equal((await signIn(somebody(name, flow))).event, "onSuccess");
  });
}

test("somebody signs up, confirms and signs in", async () => {
  const bob = somebody("bob");
  const attributes = [new CognitoUserAttribute({ Name: "email", Value: "bob@example.com" })];
  const signedUp = await call(bob.pool, "signUp", "bob", PASSWORD, attributes, null);
  assert.equal(signedUp.userConfirmed, false);
  assert.equal(signedUp.codeDeliveryDetails.Destination, "b***@e***");
  await assert.rejects(signIn(bob), { code: "UserNotConfirmedException" });
  await call(bob, "resendConfirmationCode");
  const { code } = await message(server, { pool: pool.id, to: "bob@example.com" });
  await assert.rejects(call(bob, "confirmRegistration", code === "000000" ? "000001" : "000000", false), {
    code: "CodeMismatchException",
  });
  assert.equal(await call(bob, "confirmRegistration", code, false), "SUCCESS");
  assert.equal((await signIn(bob)).event, "onSuccess");
});

test("a forgotten password is reset", async () => {
  await user(server, pool, "carl");
  const carl = somebody("carl");
  const sent = await handled(carl, "forgotPassword");
  assert.equal(sent.event, "inputVerificationCode");
  assert.equal(sent.values[0].CodeDeliveryDetails.Destination, "c***@e***");
  const { code } = await message(server, { pool: pool.id, to: "carl@example.com" });
  assert.equal((await handled(carl, "confirmPassword", code, "Brand-New-Pass-1")).event, "onSuccess");
  assert.equal((await signIn(carl, "Brand-New-Pass-1")).event, "onSuccess");
});

test("a session is refreshed, and ends everywhere", async () => {
  await user(server, pool, "dora");
  const dora = somebody("dora");
  const { values } = await signIn(dora);
  const token = values[0].getRefreshToken().getToken();
  const refreshed = await call(dora, "refreshSession", new CognitoRefreshToken({ RefreshToken: token }));
  assert.notEqual(refreshed.getAccessToken().getJwtToken(), values[0].getAccessToken().getJwtToken());
  await call(dora, "changePassword", PASSWORD, "Brand-New-Pass-1");
  assert.equal((await handled(dora, "globalSignOut")).event, "onSuccess");
  const other = somebody("dora");
  await assert.rejects(call(other, "refreshSession", new CognitoRefreshToken({ RefreshToken: token })), {
    code: "NotAuthorizedException",
  });
  assert.equal((await signIn(other, "Brand-New-Pass-1")).event, "onSuccess");
});

test("a page of another origin signs in", async () => {
  await user(server, pool, "emil");
  const site = createServer((_, response) => response.end("<!doctype html><title>site</title>"));
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  const chromium = await browser();
  try {
    const page = await chromium.newPage();
    await page.goto(`http://127.0.0.1:${site.address().port}/`);
    const script = "../node_modules/amazon-cognito-identity-js/dist/amazon-cognito-identity.min.js";
    await page.addScriptTag({ path: new URL(script, import.meta.url).pathname });
    const found = await page.evaluate(
      ({ id, clientId, endpoint, Password }) =>
        new Promise((resolve) => {
          const { AmazonCognitoIdentity: library } = window;
          const Pool = new library.CognitoUserPool({ UserPoolId: id, ClientId: clientId, endpoint });
          const emil = new library.CognitoUser({ Username: "emil", Pool });
          emil.setAuthenticationFlowType("USER_PASSWORD_AUTH");
          emil.authenticateUser(new library.AuthenticationDetails({ Username: "emil", Password }), {
            onSuccess: (session) => resolve(session.getIdToken().payload["cognito:username"]),
            onFailure: (error) => resolve(`${error.code}: ${error.message}`),
          });
        }),
      { ...pool, endpoint: server.url, Password: PASSWORD },
    );
    assert.equal(found, "emil");
  } finally {
    await chromium.close();
    site.close();
  }
});
