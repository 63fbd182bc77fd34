// A client over HTTPS: it runs in a process of its own, since node reads whom it trusts from the environment at its start.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { freePort, start } from "./server.mjs";

/** A server that is known by its HTTPS address. */
export async function secure() {
  const port = await freePort();
  const base = `https://localhost:${port}`;
  const server = await start("serve", `https_port = ${port}\nbase_url = "${base}"\n`);
  return Object.assign(server, { base });
}

/** Runs a script of this folder, which gets `asked` as JSON and says `done` at its end. */
export async function trusting(server, script, asked) {
  const authority = join(server.data, "trusted.pem");
  writeFileSync(authority, server.ca());
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [path, JSON.stringify(asked)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority, NODE_TEST_CONTEXT: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const code = await new Promise((resolve) => child.once("close", resolve));
  assert.equal(code, 0, said);
  assert.match(said, /^done$/m);
}
