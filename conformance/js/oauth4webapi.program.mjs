// Client credentials by oauth4webapi; started by oauth4webapi.test.mjs with the provider's authority trusted.
import assert from "node:assert/strict";

import * as oauth from "oauth4webapi";

const { issuer, clientId, clientSecret } = JSON.parse(process.argv[2]);
const client = { client_id: clientId };
const url = new URL(issuer);
const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url));

async function grant(authentication, scope) {
  const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, new URLSearchParams({ scope }));
  return oauth.processClientCredentialsResponse(as, client, response);
}

for (const authentication of [oauth.ClientSecretBasic(clientSecret), oauth.ClientSecretPost(clientSecret)]) {
  const tokens = await grant(authentication, "orders/read orders/write");
  assert.deepEqual(Object.keys(tokens).sort(), ["access_token", "expires_in", "token_type"]);
  const introspect = async () => {
    const response = await oauth.introspectionRequest(as, client, authentication, tokens.access_token);
    return oauth.processIntrospectionResponse(as, client, response);
  };
  const told = await introspect();
  assert.deepEqual([told.active, told.client_id, told.iss], [true, clientId, issuer]);
  await assert.rejects(grant(authentication, "orders/burn"), { error: "invalid_scope" });
  const revoked = await oauth.revocationRequest(as, client, authentication, tokens.access_token);
  await oauth.processRevocationResponse(revoked);
  assert.equal((await introspect()).active, false);
}
await assert.rejects(grant(oauth.ClientSecretBasic("wrong"), "orders/read"), { error: "invalid_client" });
console.log("done");
