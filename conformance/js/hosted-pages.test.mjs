// The pages between the steps of a sign-in, in a real Chromium: an authenticator app is set up and asked for, a passkey is
// made and used with a virtual authenticator, sessions are listed and ended.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { browser, inspect, open } from "./browser.mjs";
import { cognito, PASSWORD, start, user, userPool } from "./server.mjs";

let server;
let chromium;
const CALLBACK = "http://localhost:3999/callback";

before(async () => {
  [server, chromium] = await Promise.all([start("serve"), browser()]);
});
after(async () => {
  await chromium.close();
  await server.stop();
});

/** A pool with pages, and the address of one of them. */
async function site({ pool = {}, client = {} } = {}) {
  const made = await userPool(server, {
    pool,
    client: {
      CallbackURLs: [CALLBACK],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["implicit"],
      AllowedOAuthScopes: ["openid"],
      SupportedIdentityProviders: ["COGNITO"],
      ...client,
    },
  });
  await cognito(server, "CreateUserPoolDomain", { UserPoolId: made.id, Domain: made.name });
  await user(server, made, "ann");
  // passkeys belong to the host that the pool's domain has by default
  const base = `http://localhost:${new URL(server.url).port}/_aws/auth/${made.name}`;
  const query = new URLSearchParams({ client_id: made.clientId, redirect_uri: CALLBACK, response_type: "token" });
  return { ...made, base, page: (path) => `${base}${path}?${query}` };
}

const landed = (page) => page.waitForURL((url) => url.href.startsWith(CALLBACK), { waitUntil: "commit" });
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function enter(page, at) {
  await page.goto(at);
  await page.getByLabel("Username").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Sign in").click();
}

/** RFC 6238 with SHA-1, six digits, thirty seconds. */
function totp(secret, step) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function stubCallback(page) {
  const answer = { status: 200, contentType: "text/html", body: "<h1>back</h1>" };
  await page.route("http://localhost:3999/**", (route) => route.fulfill(answer));
}

test("an authenticator app is set up at sign-in", async () => {
  const at = await site();
  await cognito(server, "SetUserPoolMfaConfig", {
    UserPoolId: at.id,
    MfaConfiguration: "ON",
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const page = await open(chromium);
  await stubCallback(page);
  await enter(page, at.page("/login"));
  await page.getByRole("img", { name: "QR code for an authenticator app" }).waitFor();
  await inspect(page, "mfa-setup");
  const secret = (await page.locator("#softwareTokenSecret").textContent()).replaceAll(" ", "");
  await page.getByRole("textbox", { name: "Code" }).fill(totp(secret, Math.floor(Date.now() / 30_000)));
  await button(page, "Continue").click();
  await landed(page);
  await page.goto(`${at.base}/sessions`);
  await inspect(page, "sessions");
  await button(page, "Sign out everywhere").click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await enter(page, at.page("/login"));
  await page.getByText("Open your authenticator app").waitFor();
  await inspect(page, "mfa-code");
});

test("a passkey is made and used", async () => {
  const at = await site({
    pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } },
    client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
  });
  const page = await open(chromium);
  await stubCallback(page);
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
