// aws-amplify (v6) as it stands, in a page: it knows nothing but AWS's own host names, over HTTPS. The browser is told
// where these are, and to believe the very certificates that node has found good under the server's own authority.
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { connect } from "node:tls";

import { build } from "esbuild";

import { browser, open } from "./browser.mjs";
import { cognito, freePort, oauthClient, PASSWORD, start, user } from "./server.mjs";

const REGION = "us-east-1";
const API = `cognito-idp.${REGION}.amazonaws.com`;
let server;
let port;
let site;
let here;
let script;
let html = "";

before(async () => {
  port = await freePort();
  const path = new URL("./amplify.page.mjs", import.meta.url).pathname;
  const bundle = build({ entryPoints: [path], bundle: true, write: false, minify: true, platform: "browser" });
  [server, { outputFiles: [{ text: script }] }] = await Promise.all([start("serve", `https_port = ${port}\n`), bundle]);
  site = createServer((request, response) => {
    const [type, body] = request.url.startsWith("/app.js") ? ["text/javascript", script] : ["text/html", html];
    response.writeHead(200, { "content-type": `${type};charset=utf-8` }).end(body);
  });
  site.listen(0, "localhost");
  await once(site, "listening");
  here = `http://localhost:${site.address().port}/`;
});
after(async () => {
  await server.stop();
  site.close();
});

/** The pin of the certificate that a name is answered with, once the server's authority vouches for it. */
async function pin(servername) {
  const socket = connect({ host: "127.0.0.1", port, servername, ca: server.ca() });
  await once(socket, "secureConnect");
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  const key = new X509Certificate(raw).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

/** A pool with its domain, and a browser that finds AWS's names here. */
async function application() {
  const pool = await oauthClient(server, {
    CallbackURLs: [here],
    LogoutURLs: [here],
    AllowedOAuthScopes: ["openid", "email", "aws.cognito.signin.user.admin"],
  });
  await user(server, pool, "ann");
  const domain = `${pool.name}.auth.${REGION}.amazoncognito.com`;
  const told = JSON.stringify({ userPoolId: pool.id, userPoolClientId: pool.clientId, domain });
  html = `<!doctype html><title>app</title><body data-pool='${told}'><h1>app</h1><script src="/app.js"></script>`;
  const pins = await Promise.all([domain, API].map(pin));
  const chromium = await browser([
    `--host-resolver-rules=${[domain, API].map((name) => `MAP ${name}:443 127.0.0.1:${port}`).join(", ")}`,
    `--ignore-certificate-errors-spki-list=${pins.join(",")}`,
  ]);
  return { pool, domain, chromium };
}

const called = (page, method, ...given) =>
  page.evaluate(([name, values]) => window.app[name](...values), [method, given]);

/** Until the page is back with an answer that the library has taken. */
async function back(page) {
  await page.waitForURL((url) => url.href.startsWith(here));
  await page.waitForFunction(() => window.events?.includes("signedIn"));
}

test("Amplify signs in by redirect, refreshes, changes the password and signs out", async () => {
  const { pool, domain, chromium } = await application();
  try {
    const page = await open(chromium);
    await page.goto(here);
    assert.equal(await called(page, "session"), undefined);
    const leaving = page.waitForURL((url) => url.host === domain);
    await page.evaluate(() => void window.app.signInWithRedirect());
    await leaving;
    assert.equal(new URL(page.url()).protocol, "https:");
    await page.getByLabel("Username").fill("ann");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await back(page);
    assert.equal(new URL(page.url()).search, "", "the code does not stay in the address");

    const first = await called(page, "session");
    assert.equal(first.claims["cognito:username"], "ann");
    assert.equal(first.claims.aud, pool.clientId);
    assert.deepEqual(await called(page, "getCurrentUser").then(({ username }) => username), "ann");
    assert.equal((await called(page, "fetchUserAttributes")).email, "ann@example.com");
    const refreshed = await called(page, "session", { forceRefresh: true });
    assert.notEqual(refreshed.access, first.access);
    assert.equal(refreshed.claims.sub, first.claims.sub);
    await called(page, "updatePassword", { oldPassword: PASSWORD, newPassword: "Brand-New-Pass-1" });

    const out = page.waitForEvent("load");
    await page.evaluate(() => void window.app.signOut());
    await out;
    await page.waitForURL(here);
    await page.waitForFunction(() => window.app !== undefined);
    assert.equal(await called(page, "session"), undefined);
    await assert.rejects(cognito(server, "GetUser", { AccessToken: refreshed.access }), /NotAuthorizedException/);

    const again = page.waitForURL((url) => url.host === domain);
    await page.evaluate(() => void window.app.signInWithRedirect({ options: { loginHint: "ann", lang: "de" } }));
    await again;
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    assert.equal(await page.getByLabel("Benutzername").inputValue(), "ann");
    await page.getByLabel("Passwort").fill("Brand-New-Pass-1");
    await page.getByRole("button", { name: "Anmelden", exact: true }).click();
    await back(page);
    assert.equal((await called(page, "session")).claims.sub, first.claims.sub);
    assert.deepEqual(page.complaints, []);
  } finally {
    await chromium.close();
  }
});
