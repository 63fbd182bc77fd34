// oauth4webapi against the server's HTTPS: it checks every answer against the RFCs, member by member and header by header.
import { after, before, test } from "node:test";

import { oauthClient, programClient, user } from "./server.mjs";
import { secure, trusting } from "./trusting.mjs";

const CALLBACK = "https://app.example.com/callback";
let server;

before(async () => {
  server = await secure();
});
after(() => server.stop());

async function flow(client) {
  const pool = await oauthClient(server, { CallbackURLs: [CALLBACK], ...client });
  await user(server, pool, "ann");
  await trusting(server, "oauth4webapi.flow.mjs", { issuer: `${server.base}/${pool.id}`, callback: CALLBACK, ...pool });
}

test("a public client with PKCE", () => flow({}));
test("a confidential client with PKCE", () => flow({ GenerateSecret: true }));
test("a program with credentials of its own", async () => {
  const pool = await programClient(server);
  await trusting(server, "oauth4webapi.program.mjs", { issuer: `${server.base}/${pool.id}`, ...pool });
});
