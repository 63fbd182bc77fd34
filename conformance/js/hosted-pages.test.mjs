// The hosted pages in a real Chromium, without JavaScript wherever a page needs none: each is looked at and, where
// PORTCULLIS_SCREENSHOTS is set, pictured.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, inspect, open } from "./browser.mjs";
import { cognito, message, PASSWORD, start } from "./server.mjs";
import { button, CALLBACK, enter, heading, landed, posted, site } from "./site.mjs";
import { now, totp } from "./totp.mjs";

const PLAIN = { javaScriptEnabled: false };
const NEW_PASSWORD = "Brand-New-Pass-1";
let server;
let chromium;

before(async () => {
  [server, chromium] = await Promise.all([start("serve"), browser()]);
});
after(async () => {
  await chromium.close();
  await server.stop();
});

const visitor = (options) => open(chromium, options);

/** The newest code to an address. */
const code = (at, to) => message(server, { pool: at.id, to }).then((sent) => sent.code);
const codeField = (page) => page.getByRole("textbox", { name: "Code" });

const demandApp = (at, MfaConfiguration) =>
  cognito(server, "SetUserPoolMfaConfig", {
    UserPoolId: at.id,
    MfaConfiguration,
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });

/** Sets an authenticator app up on the page that demands one; answers its secret. */
async function setUp(page, step) {
  await page.getByRole("img", { name: "QR code for an authenticator app" }).waitFor();
  const secret = (await page.locator("#softwareTokenSecret").textContent()).replaceAll(" ", "");
  await codeField(page).fill(totp(secret, step));
  await button(page, "Continue").click();
  return secret;
}

test("somebody signs up, confirms and comes back", async () => {
  const email = { Name: "email", AttributeDataType: "String", Required: true };
  const at = await site(server, { pool: { Schema: [email] } });
  const page = await visitor(PLAIN);
  await page.goto(at.page("/login"));
  await inspect(page, "login");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Username").fill("bob");
  await page.getByLabel("Email").fill("bob@example.com");
  await page.getByLabel("Password").fill("weak");
  await button(page, "Sign up").click();
  await page.getByText("Password did not conform with policy").waitFor();
  await inspect(page, "sign-up");
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Sign up").click();
  await codeField(page).waitFor();
  await inspect(page, "confirm");
  await codeField(page).fill(await code(at, "bob@example.com"));
  await button(page, "Confirm").click();
  await landed(page);
  assert.match(page.url(), /id_token=/);
});

test("an account is recovered by the pages", async () => {
  const at = await site(server);
  const page = await visitor(PLAIN);
  await page.goto(at.page("/login"));
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await inspect(page, "forgot");
  await page.getByLabel("Username").fill("ann");
  await button(page, "Reset my password").click();
  await codeField(page).waitFor();
  await inspect(page, "reset");
  const sent = await code(at, "ann@example.com");
  const change = async (given) => {
    await codeField(page).fill(given);
    await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await page.getByLabel("New password again").fill(NEW_PASSWORD);
    await button(page, "Change password").click();
  };
  await change(sent === "000000" ? "000001" : "000000");
  await page.getByRole("alert").waitFor();
  await change(sent);
  await landed(page);
  assert.match(page.url(), /id_token=/);
  await enter(page, at.page("/login", { prompt: "login" }));
  await page.getByText("Incorrect username or password.").waitFor();
  await inspect(page, "login-refused");
  await enter(page, at.page("/login", { prompt: "login" }), "ann", NEW_PASSWORD);
  await landed(page);
});

test("a temporary password is replaced", async () => {
  const at = await site(server);
  const who = { UserPoolId: at.id, Username: "carl", TemporaryPassword: "Temporary-1!", MessageAction: "SUPPRESS" };
  await cognito(server, "AdminCreateUser", who);
  const page = await visitor(PLAIN);
  await enter(page, at.page("/login"), "carl", "Temporary-1!");
  await heading(page, "Choose a new password").waitFor();
  await inspect(page, "new-password");
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("New password again").fill(NEW_PASSWORD);
  await page.locator("button[type=submit]").click();
  await landed(page);
});

test("an authenticator app is set up and asked for, and a remembered browser is not asked again", async () => {
  const devices = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true };
  const at = await site(server, { pool: { DeviceConfiguration: devices } });
  await demandApp(at, "ON");
  const page = await visitor(PLAIN);
  const step = now();
  await enter(page, at.page("/login"));
  await inspect(page, "mfa-setup");
  const secret = await setUp(page, step);
  await landed(page);

  await enter(page, at.page("/login", { prompt: "login" }));
  await page.getByText("Open your authenticator app").waitFor();
  await inspect(page, "mfa-code");
  await codeField(page).fill(totp(secret, step));
  await button(page, "Continue").click();
  await page.getByRole("alert").waitFor();
  assert.equal(page.url().startsWith(CALLBACK), false, "a code that was used is worth nothing");
  // a new step of the sign-in, and the code of the next half minute
  await enter(page, at.page("/login", { prompt: "login" }));
  await page.getByLabel("Remember this device").check();
  await codeField(page).fill(totp(secret, step + 1));
  await button(page, "Continue").click();
  await landed(page);

  await enter(page, at.page("/login", { prompt: "login" }));
  await landed(page);
  assert.match(page.url(), /id_token=/, "this browser gave its second factor before");
  const other = await visitor(PLAIN);
  await enter(other, at.page("/login"));
  await other.getByText("Open your authenticator app").waitFor();

  await page.goto(`${at.base}/sessions`);
  const [device] = (await cognito(server, "AdminListDevices", { UserPoolId: at.id, Username: "ann" })).Devices;
  assert.ok(device, "it is one of the user's devices");
  await page.getByRole("button", { name: /^Remove: / }).first().click();
  await page.getByRole("status").waitFor();
  await enter(page, at.page("/login", { prompt: "login" }));
  await page.getByText("Open your authenticator app").waitFor();
});

test("sessions are shown, and ending one signs its browser out", async () => {
  const at = await site(server);
  const here = await visitor(PLAIN);
  const there = await visitor({ ...PLAIN, userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" });
  for (const page of [here, there]) {
    await enter(page, at.page("/login"));
    await landed(page);
  }
  await here.goto(`${at.base}/sessions`);
  await here.getByText("this browser").waitFor();
  await inspect(here, "sessions");
  await here.getByRole("listitem").filter({ hasText: "Firefox" }).getByRole("button", { name: /^End: / }).first().click();
  await here.getByText("It has no access any more.").waitFor();
  await there.goto(at.page("/oauth2/authorize", { prompt: "none" }));
  await landed(there);
  assert.match(there.url(), /error=login_required/);
  await there.goto(at.page("/sessions"));
  await heading(there, "Sign in").waitFor();

  await button(here, "Sign out everywhere").click();
  await heading(here, "You are signed out").waitFor();
  await inspect(here, "signed-out");
  await here.goto(at.page("/oauth2/authorize", { prompt: "none" }));
  await landed(here);
  assert.match(here.url(), /error=login_required/);
});

test("a way to sign in is chosen, and a code by mail is enough", async () => {
  const policy = { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } };
  const at = await site(server, {
    pool: { Policies: policy },
    client: { ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
  const page = await visitor(PLAIN);
  const choose = async () => {
    await page.goto(at.page("/login", { prompt: "login" }));
    await page.getByLabel("Username").fill("ann");
    await button(page, "Other ways to sign in").click();
    await heading(page, "Choose how to sign in").waitFor();
  };
  await choose();
  await inspect(page, "factor-choice");
  await button(page, "Code by email").click();
  await page.getByText("We sent a code to").waitFor();
  await inspect(page, "email-code");
  const sent = await code(at, "ann@example.com");
  await codeField(page).fill(sent === "000000" ? "000001" : "000000");
  await button(page, "Continue").click();
  await page.getByRole("alert").waitFor();
  await codeField(page).fill(sent);
  await button(page, "Continue").click();
  await landed(page);
  assert.match(page.url(), /id_token=/);
  await choose();
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Sign in").click();
  await landed(page);
});

test("one of two second factors is chosen", async () => {
  const at = await site(server);
  await cognito(server, "SetUserPoolMfaConfig", {
    UserPoolId: at.id,
    MfaConfiguration: "OPTIONAL",
    EmailMfaConfiguration: {},
    SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" } },
  });
  const ann = { UserPoolId: at.id, Username: "ann" };
  const phone = { phone_number: "+15550001234", phone_number_verified: "true" };
  const UserAttributes = Object.entries(phone).map(([Name, Value]) => ({ Name, Value }));
  await cognito(server, "AdminUpdateUserAttributes", { ...ann, UserAttributes });
  const on = { Enabled: true };
  await cognito(server, "AdminSetUserMFAPreference", { ...ann, SMSMfaSettings: on, EmailMfaSettings: on });
  const page = await visitor(PLAIN);
  await enter(page, at.page("/login"));
  await button(page, "Code by text message").waitFor();
  await inspect(page, "second-factor-choice");
  await button(page, "Code by text message").click();
  await page.getByText("We sent a code to").waitFor();
  await inspect(page, "sms-code");
  await codeField(page).fill(await code(at, "+15550001234"));
  await button(page, "Continue").click();
  await landed(page);
  assert.match(page.url(), /id_token=/);
});

test("a new code is asked for, and its link confirms", async () => {
  const at = await site(server, { pool: { VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } } });
  const UserAttributes = [{ Name: "email", Value: "dora@example.com" }];
  await cognito(server, "SignUp", { ClientId: at.clientId, Username: "dora", Password: PASSWORD, UserAttributes });
  const page = await visitor(PLAIN);
  await page.goto(at.page("/resendcode"));
  await heading(page, "Send a new code").waitFor();
  await inspect(page, "resend");
  await page.getByLabel("Username").fill("dora");
  await page.locator("button[name=resend]").click();
  await codeField(page).waitFor();
  const { body } = await message(server, { pool: at.id, to: "dora@example.com" });
  await page.goto(body.match(/href="([^"]+)"/)[1].replaceAll("&amp;", "&"));
  await page.getByText("Your account is confirmed. You can sign in now.").waitFor();
  await inspect(page, "confirmed-by-link");
  await enter(page, at.page("/login"), "dora");
  await landed(page);
});

test("an answer is posted, with a press of a button or by a script", async () => {
  const at = await site(server);
  const pkce = { code_challenge: "A".repeat(43), code_challenge_method: "S256" };
  const asked = { response_type: "code", response_mode: "form_post", ...pkce };
  for (const options of [PLAIN, {}]) {
    posted.length = 0;
    const page = await visitor(options);
    await enter(page, at.page("/login", { ...asked, state: "s1" }));
    if (options === PLAIN) {
      await button(page, "Continue").waitFor();
      await inspect(page, "form-post");
      await button(page, "Continue").click();
    }
    await landed(page);
    await heading(page, "back").waitFor();
    assert.deepEqual([posted.length, posted[0].state, Boolean(posted[0].code)], [1, "s1", true]);
  }
});

test("signing out is asked for where the application proves nothing", async () => {
  const at = await site(server);
  const page = await visitor(PLAIN);
  await enter(page, at.page("/login"));
  await landed(page);
  const asked = new URLSearchParams({ client_id: at.clientId, post_logout_redirect_uri: CALLBACK });
  await page.goto(`${at.base}/logout?${asked}`);
  await heading(page, "Sign out?").waitFor();
  await inspect(page, "sign-out");
  await button(page, "Sign out").click();
  await landed(page);
  await page.goto(at.page("/login"));
  await page.getByText("Welcome.").waitFor();
});

test("somebody who is signed in goes on by a press of a button", async () => {
  const at = await site(server);
  const page = await visitor(PLAIN);
  await enter(page, at.page("/login"));
  await landed(page);
  await page.goto(at.page("/login"));
  await button(page, "Continue as ann").waitFor();
  await inspect(page, "signed-in");
  await button(page, "Continue as ann").click();
  await landed(page);
});

test("what is not set up is told on a page and sent nowhere", async () => {
  const at = await site(server);
  const page = await visitor(PLAIN);
  await page.goto(at.page("/login", { redirect_uri: "https://elsewhere.example" }));
  await heading(page, "An error was encountered with the requested page.").waitFor();
  page.complaints.length = 0; // the console tells the status
  await inspect(page, "error");
});

test("a passkey is made and used", async () => {
  const at = await site(server, {
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
    client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
  const page = await visitor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await enter(page, at.page("/passkeys/add"));
  await button(page, "Create a passkey").waitFor();
  await inspect(page, "passkey-add");
  await button(page, "Create a passkey").click();
  await landed(page);
  await page.context().clearCookies();
  await page.goto(at.page("/login"));
  await inspect(page, "sign-in-with-choices");
  await page.getByLabel("Username").fill("ann");
  await button(page, "Sign in with a passkey").click();
  await button(page, "Use a passkey").waitFor();
  await inspect(page, "passkey");
  await button(page, "Use a passkey").click();
  await landed(page);
  assert.match(page.url(), /id_token=/);
});
