// Both labs as a person does them, in a real browser, with and without JavaScript on the hosted pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, inspect, open } from "./browser.mjs";
import { aws, message, PASSWORD, start } from "./server.mjs";

let lab;
let chromium;
let guide;

before(async () => {
  [lab, chromium] = await Promise.all([start("lab"), browser()]);
  guide = lab.guide.join("\n");
});
after(async () => {
  await chromium.close();
  await lab.stop();
});

/** What the guide says, by the text around it. */
const told = (pattern) => pattern.exec(guide)?.[1] ?? assert.fail(`the guide does not say ${pattern}:\n${guide}`);
const site = () => told(/Open the site and press Sign In:\s+(\S+)/);
const dragons = () => told(/curl -i (\S+\/dragons)\n/);
const mock = () => told(/curl -i (\S+\/mock)\n/);
const fragment = (page) => Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
const landed = (page) => page.waitForURL((url) => url.pathname.endsWith("/callback.html") && url.hash !== "");
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** From the index page's button to the confirmed registration and back. */
async function register(page, name) {
  const email = `${name}@example.com`;
  await page.goto(site());
  await page.getByRole("link", { name: "Sign In" }).click();
  await inspect(page, "sign-in");
  await page.getByRole("link", { name: "Sign up" }).click();
  await inspect(page, "sign-up");
  await page.getByLabel("Username").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill("weak");
  await button(page, "Sign up").click();
  await page.getByText("Password did not conform with policy: Password not long enough").waitFor();
  await inspect(page, "sign-up-refused");
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Sign up").click();
  await page.getByLabel("Code").waitFor();
  await inspect(page, "confirm");
  const { code } = await message(lab, { to: email });
  await page.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
  await button(page, "Confirm").click();
  await page.getByText("Invalid verification code provided, please try again.").waitFor();
  await page.getByLabel("Code").fill(code);
  await button(page, "Confirm").click();
  await landed(page);
}

async function answersOnlyTo(url, header, token) {
  const without = await fetch(url);
  assert.deepEqual([without.status, await without.json()], [401, { message: "Unauthorized" }]);
  const answer = await fetch(url, { headers: { [header]: token } });
  assert.equal(answer.status, 200);
  return answer.json();
}

test("lab (a): from the index page over a sign-up to the dragons", async () => {
  const page = await open(chromium);
  await register(page, "ann");
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  const token = await page.locator("#id-token").textContent();
  assert.equal(token, fragment(page).id_token);
  assert.deepEqual([claims(token)["cognito:username"], claims(token).email_verified], ["ann", true]);
  const found = await answersOnlyTo(dragons(), "Authorization", token);
  assert.equal(found.length > 1, true);
  assert.equal(found.every((dragon) => dragon.dragon_name_str && dragon.location_city_str), true);
  const headers = { "content-type": "application/json" };
  const reported = await fetch(dragons(), { method: "POST", headers, body: "{}" });
  assert.equal(reported.status, 200);

  // the browser's session is enough now; then the person signs in anew
  await page.goto(site());
  await page.getByRole("link", { name: "Sign In" }).click();
  await inspect(page, "signed-in-already");
  await page.getByRole("button", { name: "Continue as ann" }).click();
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a forgotten password, at the pages", async () => {
  const page = await open(chromium);
  await register(page, "dora");
  await page.context().clearCookies();
  await page.goto(site());
  await page.getByRole("link", { name: "Sign In" }).click();
  await page.getByLabel("Username").fill("dora");
  await page.getByLabel("Password").fill("Wrong-Password-1");
  await button(page, "Sign in").click();
  await page.getByText("Incorrect username or password.").waitFor();
  await inspect(page, "sign-in-refused");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await inspect(page, "forgot");
  await page.getByLabel("Username").fill("dora");
  await button(page, "Reset my password").click();
  await page.getByLabel("Code").waitFor();
  await inspect(page, "reset");
  const { code } = await message(lab, { to: "dora@example.com" });
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("New password", { exact: true }).fill("Brand-New-Pass-1");
  await page.getByLabel("New password again").fill("Brand-New-Pass-1");
  await button(page, "Change password").click();
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  assert.equal(claims(fragment(page).id_token)["cognito:username"], "dora");
  await page.context().close();
});

test("lab (b): a temporary password, a new one, and the authorizer's test", async () => {
  const page = await open(chromium);
  const temporary = told(/CognitoUser with the temporary password (\S+)/);
  const url = told(/CognitoUser with the temporary password[^\n]*\n\s+(\S+)/);
  await page.goto(url);
  await page.getByLabel("Username").fill("CognitoUser");
  await page.getByLabel("Password").fill(temporary);
  await button(page, "Sign in").click();
  await page.getByText("You signed in with a temporary password.").waitFor();
  await inspect(page, "new-password");
  await page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("New password again").fill(PASSWORD);
  await page.getByRole("button").first().click();
  await landed(page);
  const answer = fragment(page);
  for (const member of ["id_token", "access_token", "expires_in", "token_type"]) assert.ok(answer[member], member);
  assert.deepEqual([answer.token_type, answer.expires_in], ["Bearer", "3600"]);
  assert.deepEqual(await answersOnlyTo(mock(), "auth-token", answer.id_token), { confidential: "Secure, Me!!" });

  const [, api, authorizer] = /--rest-api-id (\S+) --authorizer-id (\S+)/.exec(guide);
  const path = `/restapis/${api}/authorizers/${authorizer}`;
  const refused = await aws(lab, "apigateway", "POST", path, { body: { headers: {} } });
  assert.equal(refused.clientStatus, 401);
  assert.match(refused.log, /Unauthorized/);
  const body = { headers: { "auth-token": answer.id_token } };
  const good = await aws(lab, "apigateway", "POST", path, { body });
  assert.equal(good.clientStatus, 200);
  assert.equal(good.claims["cognito:username"], "CognitoUser");
  assert.equal(good.claims.email, "cognito.user@example.com");
  assert.equal(good.claims.token_use, "id");
  await page.context().close();
});

test("the pages work without JavaScript", async () => {
  const page = await open(chromium, { javaScriptEnabled: false });
  await register(page, "bob");
  assert.equal(claims(fragment(page).id_token)["cognito:username"], "bob");
  await page.context().clearCookies();
  await page.goto(site());
  await page.getByRole("link", { name: "Sign In" }).click();
  await page.getByLabel("Username").fill("bob");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Password").press("Enter");
  await landed(page);
  await page.context().close();
});

test("an error page tells what is wrong and goes nowhere", async () => {
  const page = await open(chromium);
  const url = new URL(told(/straight to the sign-in page: (\S+)\)/));
  url.searchParams.set("redirect_uri", "https://evil.example/");
  const answer = await page.goto(url.href);
  assert.equal(answer.status(), 400);
  assert.match(page.url(), /\/error\?error=redirect_mismatch/);
  page.complaints = page.complaints.filter((text) => !text.includes("status of 400"));
  await inspect(page, "error");
  await page.context().close();
});
