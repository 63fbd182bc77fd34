// One sign-in by openid-client; started by openid-client.test.mjs with the provider's certificate authority trusted.
import assert from "node:assert/strict";

import * as client from "openid-client";

import { Pages } from "./pages.mjs";
import { PASSWORD } from "./server.mjs";

const { issuer, clientId, clientSecret, callback } = JSON.parse(process.argv[2]);

const config = await client.discovery(
  new URL(issuer),
  clientId,
  clientSecret,
  clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
);
client.enableNonRepudiationChecks(config);
assert.equal(config.serverMetadata().issuer, issuer);

const pages = new Pages();

async function signIn() {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: "openid email",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state,
    nonce,
  });
  let page = await pages.open(url.href, callback);
  if (!page.landed) page = await pages.submit(page, "/login", { username: "ann", password: PASSWORD }, callback);
  assert.ok(page.landed, page.html);
  const checks = { pkceCodeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  return client.authorizationCodeGrant(config, page.landed, checks);
}

const tokens = await signIn();
const claims = tokens.claims();
assert.equal(claims["cognito:username"], "ann");
assert.equal(claims.email, "ann@example.com");
assert.equal(tokens.expiresIn() > 3500, true);

const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
assert.deepEqual([info.username, info.email, info.email_verified], ["ann", "ann@example.com", "true"]);

const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.equal(refreshed.claims().sub, claims.sub);
assert.notEqual(refreshed.access_token, tokens.access_token);

if (clientSecret) {
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([told.active, told.username], [true, "ann"]);
}
await client.tokenRevocation(config, tokens.refresh_token);
if (clientSecret) assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
await assert.rejects(client.fetchUserInfo(config, tokens.access_token, claims.sub));

const again = await signIn();
assert.equal(again.claims().sub, claims.sub);
const hinted = client.buildEndSessionUrl(config, {
  id_token_hint: again.id_token,
  post_logout_redirect_uri: "https://app.example.com/bye",
  state: "s1",
});
const bye = (await pages.open(hinted.href, "https://app.example.com/bye")).landed;
assert.equal(bye.href, "https://app.example.com/bye?state=s1");
const end = client.buildEndSessionUrl(config, { client_id: clientId, logout_uri: "https://app.example.com/bye" });
assert.equal((await pages.open(end.href, "https://app.example.com/bye")).landed.href, "https://app.example.com/bye");
console.log("done");
