// openid-client against the server's HTTPS, from discovery on, as against any other provider.
import { after, before, test } from "node:test";

import { oauthClient, programClient, user } from "./server.mjs";
import { secure, trusting } from "./trusting.mjs";

const CALLBACK = "https://app.example.com/callback";
let server;

before(async () => {
  server = await secure();
});
after(() => server.stop());

/** Runs the flow for a client of a new pool. */
async function flow(client) {
  const pool = await oauthClient(server, { CallbackURLs: [CALLBACK], ...client });
  await user(server, pool, "ann");
  await trusting(server, "openid-client.flow.mjs", { issuer: `${server.base}/${pool.id}`, callback: CALLBACK, ...pool });
}

test("a public client with PKCE", () => flow({}));
test("a confidential client with PKCE", () => flow({ GenerateSecret: true }));
test("a program with credentials of its own", async () => {
  const pool = await programClient(server);
  await trusting(server, "openid-client.program.mjs", { issuer: `${server.base}/${pool.id}`, ...pool });
});
