// Client credentials by openid-client; started by openid-client.test.mjs with the provider's authority trusted.
import assert from "node:assert/strict";

import * as client from "openid-client";

const { issuer, clientId, clientSecret } = JSON.parse(process.argv[2]);

for (const authentication of [client.ClientSecretBasic(clientSecret), client.ClientSecretPost(clientSecret)]) {
  const config = await client.discovery(new URL(issuer), clientId, clientSecret, authentication);
  const tokens = await client.clientCredentialsGrant(config, { scope: "orders/read" });
  assert.deepEqual([tokens.token_type, tokens.refresh_token, tokens.id_token], ["bearer", undefined, undefined]);
  assert.equal(tokens.expiresIn() > 3500, true);
  const told = await client.tokenIntrospection(config, tokens.access_token);
  assert.deepEqual([told.active, told.client_id, told.scope], [true, clientId, "orders/read"]);
  const all = await client.clientCredentialsGrant(config);
  const scopes = (await client.tokenIntrospection(config, all.access_token)).scope.split(" ").sort();
  assert.deepEqual(scopes, ["orders/read", "orders/write"]);
  await assert.rejects(client.clientCredentialsGrant(config, { scope: "orders/burn" }), { error: "invalid_scope" });
  await client.tokenRevocation(config, tokens.access_token);
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false);
}
const wrong = await client.discovery(new URL(issuer), clientId, "wrong", client.ClientSecretBasic("wrong"));
await assert.rejects(client.clientCredentialsGrant(wrong), { error: "invalid_client" });
console.log("done");
