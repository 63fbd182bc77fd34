// openid-client against the server's HTTPS, from discovery on, as against any other provider. The certificate authority
// is trusted through the environment, which node reads at its start, so the flow runs in a process of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { cognito, freePort, start, user, userPool } from "./server.mjs";

const CALLBACK = "https://app.example.com/callback";
let server;
let base;

before(async () => {
  const port = await freePort();
  base = `https://localhost:${port}`;
  server = await start("serve", `https_port = ${port}\nbase_url = "${base}"\n`);
});
after(() => server.stop());

/** Runs the flow for a client of a new pool. */
async function flow(client) {
  const pool = await userPool(server, {
    client: {
      CallbackURLs: [CALLBACK],
      LogoutURLs: ["https://app.example.com/bye"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile"],
      SupportedIdentityProviders: ["COGNITO"],
      ...client,
    },
  });
  await cognito(server, "CreateUserPoolDomain", { UserPoolId: pool.id, Domain: pool.name });
  await user(server, pool, "ann");
  const authority = join(server.data, "trusted.pem");
  writeFileSync(authority, server.ca());
  const script = new URL("./openid-client.flow.mjs", import.meta.url).pathname;
  const asked = { issuer: `${base}/${pool.id}`, callback: CALLBACK, ...pool };
  const child = spawn(process.execPath, [script, JSON.stringify(asked)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0, said);
  assert.match(said, /done/);
}

test("a public client with PKCE", () => flow({}));
test("a confidential client with PKCE", () => flow({ GenerateSecret: true }));
