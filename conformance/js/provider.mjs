// What every OpenID Connect library has to show of a pool, against the server's HTTPS: `{library}.flow.mjs` for people,
// `{library}.program.mjs` for programs.
import { after, before, test } from "node:test";

import { oauthClient, programClient, user } from "./server.mjs";
import { secure, trusting } from "./trusting.mjs";

const CALLBACK = "https://app.example.com/callback";

/** Registers the tests of a library. */
export function witness(library) {
  let server;

  before(async () => {
    server = await secure();
  });
  after(() => server.stop());

  /** Runs the flow for a client of a new pool. */
  async function flow(client) {
    const pool = await oauthClient(server, { CallbackURLs: [CALLBACK], ...client });
    await user(server, pool, "ann");
    await trusting(server, `${library}.flow.mjs`, { issuer: `${server.base}/${pool.id}`, callback: CALLBACK, ...pool });
  }

  test("a public client with PKCE", () => flow({}));
  test("a confidential client with PKCE", () => flow({ GenerateSecret: true }));
  test("a program with credentials of its own", async () => {
    const pool = await programClient(server);
    await trusting(server, `${library}.program.mjs`, { issuer: `${server.base}/${pool.id}`, ...pool });
  });
}
