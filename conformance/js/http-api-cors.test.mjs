// A page of another origin calls an HTTP API in a real Chromium: the browser asks first, and reads what it may.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { browser, open } from "./browser.mjs";
import { backend, httpApi } from "./http-api.mjs";
import { start } from "./server.mjs";

let server;
let chromium;
let site;
let origin;
let behind;

before(async () => {
  [server, chromium] = await Promise.all([start("serve"), browser()]);
  site = createServer((_, response) => response.setHeader("content-type", "text/html").end("<h1>page</h1>"));
  await new Promise((resolve) => site.listen(0, "localhost", resolve));
  origin = `http://localhost:${site.address().port}`;
  behind = await backend((_, response) => {
    // What the backend says of CORS must not reach the browser.
    response.setHeader("access-control-allow-origin", "https://wrong.example").setHeader("x-id", "7").end("dragons");
  });
});
after(async () => {
  await chromium.close();
  site.close();
  behind.stop();
  await server.stop();
});

async function page() {
  const tab = await open(chromium);
  await tab.goto(origin);
  return tab;
}

const PUT = async (url) => {
  try {
    const answer = await fetch(url, { method: "PUT", headers: { "x-own": "1" }, credentials: "include", body: "x" });
    return { status: answer.status, text: await answer.text(), id: answer.headers.get("x-id") };
  } catch (error) {
    return { error: error.name };
  }
};

test("a page whose origin is listed puts, and reads the headers that are exposed", async () => {
  const cors = {
    allowOrigins: [origin],
    allowMethods: ["PUT"],
    allowHeaders: ["x-own"],
    exposeHeaders: ["x-id"],
    allowCredentials: true,
  };
  const api = await httpApi(server, { corsConfiguration: cors });
  await api.route("PUT /dragons", behind.url);
  const tab = await page();
  assert.deepEqual(await tab.evaluate(PUT, `${api.url}/dragons`), { status: 200, text: "dragons", id: "7" });
  // A refusal of the gateway's own can be read by the page too.
  const missing = await tab.evaluate(PUT, `${api.url}/nowhere`);
  assert.deepEqual([missing.status, missing.text], [404, '{"message":"Not Found"}']);
  assert.ok(behind.seen.every((request) => request.method === "PUT"), "no preflight reached the backend");
});

test("a page of another origin is kept out by the browser, and so is a header that is not listed", async () => {
  const elsewhere = { allowOrigins: ["https://app.example"], allowMethods: ["PUT"], allowHeaders: ["x-own"] };
  const strict = { allowOrigins: [origin], allowMethods: ["PUT"], allowHeaders: ["x-other"], allowCredentials: true };
  const tab = await page();
  for (const corsConfiguration of [elsewhere, strict]) {
    const api = await httpApi(server, { corsConfiguration });
    await api.route("PUT /dragons", behind.url);
    const before = behind.seen.length;
    assert.deepEqual(await tab.evaluate(PUT, `${api.url}/dragons`), { error: "TypeError" });
    assert.equal(behind.seen.length, before);
  }
});
