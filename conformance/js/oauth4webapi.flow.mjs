// One sign-in by oauth4webapi; started by oauth4webapi.test.mjs with the provider's certificate authority trusted.
import assert from "node:assert/strict";

import * as oauth from "oauth4webapi";

import { Pages } from "./pages.mjs";
import { PASSWORD } from "./server.mjs";

const { issuer, clientId, clientSecret, callback } = JSON.parse(process.argv[2]);
const client = { client_id: clientId };
const authentication = clientSecret ? oauth.ClientSecretBasic(clientSecret) : oauth.None();

const url = new URL(issuer);
const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url));
const other = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm: "oauth2" }));
assert.equal(other.token_endpoint, as.token_endpoint);
assert.equal(as.authorization_response_iss_parameter_supported, true);
assert.ok(as.code_challenge_methods_supported.includes("S256"));

const verifier = oauth.generateRandomCodeVerifier();
const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
const asked = new URL(as.authorization_endpoint);
asked.search = new URLSearchParams({
  client_id: clientId,
  redirect_uri: callback,
  response_type: "code",
  scope: "openid email",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
const pages = new Pages();
const page = await pages.open(asked.href, callback);
const { landed } = await pages.submit(page, "/login", { username: "ann", password: PASSWORD }, callback);
assert.throws(() => oauth.validateAuthResponse(as, client, landed, "another"));
const answer = oauth.validateAuthResponse(as, client, landed, state);

const redeem = (proof) => oauth.authorizationCodeGrantRequest(as, client, authentication, answer, callback, proof);
const checks = { expectedNonce: nonce, requireIdToken: true };
const response = await redeem(verifier);
const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, checks);
await oauth.validateApplicationLevelSignature(as, response);
const claims = oauth.getValidatedIdTokenClaims(tokens);
assert.equal(claims["cognito:username"], "ann");

const info = () => oauth.userInfoRequest(as, client, tokens.access_token);
assert.equal((await oauth.processUserInfoResponse(as, client, claims.sub, await info())).email, "ann@example.com");

const refresh = async () => {
  const answered = await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token);
  return oauth.processRefreshTokenResponse(as, client, answered);
};
const refreshed = await refresh();
assert.equal(oauth.getValidatedIdTokenClaims(refreshed).sub, claims.sub);

const introspect = async (token) => {
  const answered = await oauth.introspectionRequest(as, client, authentication, token);
  return oauth.processIntrospectionResponse(as, client, answered);
};
if (clientSecret) {
  const told = await introspect(refreshed.access_token);
  assert.deepEqual([told.active, told.sub, told.client_id], [true, claims.sub, clientId]);
} else {
  await assert.rejects(introspect(refreshed.access_token));
}

const revoke = (token) => oauth.revocationRequest(as, client, authentication, token);
await oauth.processRevocationResponse(await revoke(tokens.refresh_token));
await oauth.processRevocationResponse(await revoke(tokens.refresh_token));
await assert.rejects(refresh(), { error: "invalid_grant" });
await assert.rejects(async () => oauth.processUserInfoResponse(as, client, claims.sub, await info()));
if (clientSecret) assert.equal((await introspect(refreshed.access_token)).active, false);

await assert.rejects(async () => oauth.processAuthorizationCodeResponse(as, client, await redeem(verifier), checks), {
  error: "invalid_grant",
});

const ending = new URL(as.end_session_endpoint);
const bye = "https://app.example.com/bye";
ending.search = new URLSearchParams({ id_token_hint: refreshed.id_token, post_logout_redirect_uri: bye, state: "s1" });
const redirected = await pages.open(ending.href, bye);
assert.equal(redirected.landed.href, "https://app.example.com/bye?state=s1");
asked.searchParams.set("prompt", "none");
const silent = (await pages.open(asked.href, callback)).landed;
assert.throws(() => oauth.validateAuthResponse(as, client, silent, state), { error: "login_required" });
console.log("done");
