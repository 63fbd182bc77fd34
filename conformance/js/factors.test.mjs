// amazon-cognito-identity-js with second factors and with a pool's own challenges: from sign-up by the library to sign-in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import library from "amazon-cognito-identity-js";

import { call, somebody as cognitoUser } from "./cognito-js.mjs";
import { arn, functions } from "./functions.mjs";
import { cognito, message, PASSWORD, start, user, userPool } from "./server.mjs";
import { now, totp } from "./totp.mjs";

const { AuthenticationDetails, CognitoUserAttribute } = library;
const ROUNDS = ["first", "second"];
let server;
let lambdas;

before(async () => {
  lambdas = await functions({ define, create, verify });
  server = await start("serve", `functions_endpoint = "${lambdas.url}"\n`);
});
after(async () => {
  await server.stop();
  lambdas.stop();
});

/** After the password, two riddles; a wrong answer ends the sign-in. */
function define({ request }) {
  const riddles = request.session.filter((step) => step.challengeName === "CUSTOM_CHALLENGE");
  const failed = request.session.some((step) => !step.challengeResult);
  const last = request.session.at(-1)?.challengeName;
  if (failed) return { issueTokens: false, failAuthentication: true };
  if (riddles.length === ROUNDS.length) return { issueTokens: true, failAuthentication: false };
  const srp = last === "SRP_A" ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE";
  return { challengeName: srp, issueTokens: false, failAuthentication: false };
}

function create({ request }) {
  const round = ROUNDS[request.session.filter((step) => step.challengeName === "CUSTOM_CHALLENGE").length];
  return {
    publicChallengeParameters: { question: `the ${round} riddle` },
    privateChallengeParameters: { answer: `the ${round} answer` },
    challengeMetadata: round,
  };
}

function verify({ request }) {
  return { answerCorrect: request.challengeAnswer === request.privateChallengeParameters.answer };
}

const somebody = (pool, username, flow = "USER_SRP_AUTH") => cognitoUser(server, pool, username, flow);

const EVENTS = ["onSuccess", "mfaRequired", "totpRequired", "mfaSetup", "selectMFAType", "customChallenge"];

/** What a method with a `{ onSuccess, onFailure, … }` called; `after` follows these among its arguments. */
const handled = (object, method, given, after = []) =>
  new Promise((resolve, reject) => {
    const told = EVENTS.map((event) => [event, (...values) => resolve({ event, values })]);
    const secret = (code) => resolve({ event: "associateSecretCode", values: [code] });
    const callbacks = { ...Object.fromEntries(told), associateSecretCode: secret, onFailure: reject };
    object[method](...given, callbacks, ...after);
  });

const signIn = (found) => {
  const details = new AuthenticationDetails({ Username: found.getUsername(), Password: PASSWORD });
  return handled(found, "authenticateUser", [details]);
};

/** Signs up and confirms by the library alone. */
async function register(pool, username, attributes) {
  const found = somebody(pool, username);
  const list = Object.entries(attributes).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
  await call(found.pool, "signUp", username, PASSWORD, list, null);
  const { code } = await message(server, { pool: pool.id, to: Object.values(attributes)[0] });
  assert.equal(await call(found, "confirmRegistration", code, true), "SUCCESS");
}

test("an authenticator app is associated, demanded and refused when its code is old", async () => {
  const pool = await userPool(server, { pool: { AutoVerifiedAttributes: ["email"] } });
  const app = { SoftwareTokenMfaConfiguration: { Enabled: true }, MfaConfiguration: "OPTIONAL" };
  await cognito(server, "SetUserPoolMfaConfig", { UserPoolId: pool.id, ...app });
  await register(pool, "ann", { email: "ann@example.com" });
  const ann = somebody(pool, "ann");
  assert.equal((await signIn(ann)).event, "onSuccess");
  const { values } = await handled(ann, "associateSoftwareToken", []);
  const [secret] = values;
  const step = now();
  await assert.rejects(handled(ann, "verifySoftwareToken", ["000000", "phone"]), { code: "EnableSoftwareTokenMFAException" });
  assert.equal((await handled(ann, "verifySoftwareToken", [totp(secret, step), "phone"])).event, "onSuccess");
  await call(ann, "setUserMfaPreference", null, { PreferredMfa: true, Enabled: true });
  const { UserMFASettingList } = await call(ann, "getUserData");
  assert.deepEqual(UserMFASettingList, ["SOFTWARE_TOKEN_MFA"]);

  const again = somebody(pool, "ann");
  assert.equal((await signIn(again)).event, "totpRequired");
  const send = (code) => handled(again, "sendMFACode", [code], ["SOFTWARE_TOKEN_MFA"]);
  await assert.rejects(send(totp(secret, step)), /ExpiredCodeException|CodeMismatchException|already/);
  assert.equal((await signIn(again)).event, "totpRequired");
  const done = await send(totp(secret, step + 1));
  assert.equal(done.event, "onSuccess");
  assert.equal(done.values[0].isValid(), true);
});

test("an authenticator app is set up where the pool demands one", async () => {
  const pool = await userPool(server);
  const app = { SoftwareTokenMfaConfiguration: { Enabled: true }, MfaConfiguration: "ON" };
  await cognito(server, "SetUserPoolMfaConfig", { UserPoolId: pool.id, ...app });
  await user(server, pool, "bob");
  const bob = somebody(pool, "bob");
  assert.equal((await signIn(bob)).event, "mfaSetup");
  const [secret] = (await handled(bob, "associateSoftwareToken", [])).values;
  assert.equal((await handled(bob, "verifySoftwareToken", [totp(secret, now()), "phone"])).event, "onSuccess");
  assert.equal((await signIn(somebody(pool, "bob"))).event, "totpRequired");
});

test("a text message is the second factor", async () => {
  const sender = { SnsCallerArn: "arn:aws:iam::123456789012:role/sms", ExternalId: "x" };
  const pool = await userPool(server, { pool: { AutoVerifiedAttributes: ["phone_number"], SmsConfiguration: sender } });
  const sms = { SmsMfaConfiguration: { SmsConfiguration: sender }, MfaConfiguration: "OPTIONAL" };
  await cognito(server, "SetUserPoolMfaConfig", { UserPoolId: pool.id, ...sms });
  await register(pool, "eve", { phone_number: "+14255550143" });
  const eve = somebody(pool, "eve");
  assert.equal((await signIn(eve)).event, "onSuccess");
  await call(eve, "setUserMfaPreference", { PreferredMfa: true, Enabled: true }, null);

  const again = somebody(pool, "eve");
  const { event, values } = await signIn(again);
  assert.deepEqual([event, values[0]], ["mfaRequired", "SMS_MFA"]);
  assert.equal(values[1].CODE_DELIVERY_DESTINATION, "+*******0143");
  const { code } = await message(server, { pool: pool.id, to: "+14255550143" });
  const wrong = code === "000000" ? "000001" : "000000";
  await assert.rejects(handled(again, "sendMFACode", [wrong]), { code: "CodeMismatchException" });
  assert.equal((await handled(again, "sendMFACode", [code])).event, "onSuccess");
  await assert.rejects(handled(again, "sendMFACode", [code]), { code: "NotAuthorizedException" });
});

/** A pool whose own functions ask. */
async function riddles() {
  const made = await userPool(server, {
    pool: {
      LambdaConfig: {
        DefineAuthChallenge: arn("define"),
        CreateAuthChallenge: arn("create"),
        VerifyAuthChallengeResponse: arn("verify"),
      },
    },
    client: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
  await user(server, made, "ida");
  return made;
}

for (const start of ["initiateAuth", "authenticateUser"]) {
  test(`a pool's own functions ask and judge, begun by ${start}`, async () => {
    const pool = await riddles();
    const begin = (found) => {
      const Password = start === "authenticateUser" ? PASSWORD : undefined;
      return handled(found, start, [new AuthenticationDetails({ Username: "ida", Password })]);
    };
    const ida = somebody(pool, "ida", "CUSTOM_AUTH");
    const first = await begin(ida);
    assert.equal(first.event, "customChallenge");
    assert.equal(first.values[0].question, "the first riddle");
    assert.equal(first.values[0].answer, undefined, "what is private stays with the pool");
    const second = await handled(ida, "sendCustomChallengeAnswer", ["the first answer"]);
    assert.equal(second.values[0].question, "the second riddle");
    const done = await handled(ida, "sendCustomChallengeAnswer", ["the second answer"]);
    assert.equal(done.event, "onSuccess");
    assert.equal(done.values[0].getIdToken().payload["cognito:username"], "ida");

    const other = somebody(pool, "ida", "CUSTOM_AUTH");
    await begin(other);
    await assert.rejects(handled(other, "sendCustomChallengeAnswer", ["the second answer"]), {
      code: "NotAuthorizedException",
    });
    const { event } = lambdas.calls.filter(({ name, event }) => name.endsWith("verify") && event.userPoolId === pool.id)[0];
    assert.equal(event.triggerSource, "VerifyAuthChallengeResponse_Authentication");
    assert.equal(event.request.userAttributes.email, "ida@example.com");
  });
}
