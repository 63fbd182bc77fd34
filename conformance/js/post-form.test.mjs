// A page's own form uploads a file into a bucket, in a real Chromium: signed by a user's key, and by nobody where the
// bucket's policy opens it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { browser, open } from "./browser.mjs";
import { start } from "./server.mjs";

const ROOT = { id: "AKIAFORMROOT", secret: "a-secret-of-forty-characters-or-thereabo" };
let server;
let chromium;
let site;
let page;

before(async () => {
  const settings = `[[root_keys]]\naccess_key_id = "${ROOT.id}"\nsecret_access_key = "${ROOT.secret}"\n`;
  [server, chromium] = await Promise.all([start("serve", settings), browser()]);
  // A page of another origin than the bucket's, as sites have it.
  site = createServer((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(request.url.startsWith("/done") ? "<h1>done</h1>" : page);
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  await chromium.close();
  site.close();
  await server.stop();
});

const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** A call of S3 by an unknown key, which is root in local mode. */
async function s3(method, path, body) {
  const at = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const headers = { "x-amz-date": at, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const scope = `test/${at.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const names = "host;x-amz-content-sha256;x-amz-date";
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${"0".repeat(64)}`;
  const response = await fetch(server.url + path, { method, headers, body });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${text}`);
  return text;
}

async function bucket(name, policy) {
  await s3("PUT", `/${name}`);
  await s3("DELETE", `/${name}?publicAccessBlock`);
  if (policy) await s3("PUT", `/${name}?policy`, JSON.stringify({ Version: "2012-10-17", Statement: policy }));
}

/** The fields of a form that the root's key signs. */
function signed(name, fields) {
  const at = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = at.slice(0, 8);
  const all = {
    ...fields,
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `${ROOT.id}/${date}/us-east-1/s3/aws4_request`,
    "x-amz-date": at,
  };
  const { key, ...rest } = all;
  const conditions = [{ bucket: name }, ["starts-with", "$key", key.replace("${filename}", "")]];
  conditions.push(...Object.entries(rest).map(([field, value]) => ({ [field]: value })));
  const expiration = new Date(Date.now() + 60_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  const signing = [date, "us-east-1", "s3", "aws4_request"].reduce(hmac, `AWS4${ROOT.secret}`);
  return { ...all, policy, "x-amz-signature": hmac(signing, policy).toString("hex") };
}

/** Fills in the form on the page and sends it; answers the tab. */
async function upload(name, fields, file) {
  const inputs = Object.entries(fields).map(([field, value]) => {
    const escaped = value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    return `<input type="hidden" name="${field}" value="${escaped}">`;
  });
  page = `<!doctype html><meta charset="utf-8"><form method="post" enctype="multipart/form-data" action="${server.url}/${name}">
    ${inputs.join("")}<input type="file" name="file"><button>Upload</button></form>`;
  const tab = await open(chromium);
  await tab.goto(`http://127.0.0.1:${site.address().port}/`);
  await tab.locator("input[type=file]").setInputFiles(file);
  const answered = tab.waitForResponse((response) => response.request().method() === "POST");
  await tab.getByRole("button", { name: "Upload" }).click();
  return { tab, answer: await answered };
}

const FILE = { name: 'holiday "été" 1.jpg', mimeType: "image/jpeg", buffer: Buffer.from("\r\n--picture\r\n\0") };

test("a browser uploads with a signed form and is sent back to the site", async () => {
  await bucket("signed-form");
  const done = `http://127.0.0.1:${site.address().port}/done`;
  const fields = signed("signed-form", {
    key: "in/${filename}",
    "Content-Type": "image/jpeg",
    success_action_redirect: done,
  });
  const { tab, answer } = await upload("signed-form", fields, FILE);
  assert.equal(answer.status(), 303);
  await tab.waitForURL((url) => url.pathname === "/done");
  const query = new URL(tab.url()).searchParams;
  assert.equal(query.get("bucket"), "signed-form");
  const key = query.get("key");
  assert.match(key, /^in\/holiday .*été.* 1\.jpg$/);
  assert.equal(await s3("GET", `/signed-form/${encodeURIComponent(key)}`), FILE.buffer.toString());
});

test("a form that was changed on the page is refused", async () => {
  await bucket("changed-form");
  const fields = { ...signed("changed-form", { key: "in/${filename}", acl: "private" }), key: "out/x" };
  const { answer } = await upload("changed-form", fields, FILE);
  assert.equal(answer.status(), 403);
  assert.match(await answer.text(), /Invalid according to Policy: Policy Condition failed/);
});

test("a browser uploads without any signature where the bucket's policy lets anybody", async () => {
  const drop = { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::open-form/drop/*" };
  await bucket("open-form", [drop]);
  const { answer } = await upload("open-form", { key: "drop/a", success_action_status: "201" }, FILE);
  assert.equal(answer.status(), 201);
  assert.match(await answer.text(), /<Key>drop\/a<\/Key>/);
  assert.equal(await s3("GET", "/open-form/drop/a"), FILE.buffer.toString());
  const { answer: refused } = await upload("open-form", { key: "elsewhere/a" }, FILE);
  assert.equal(refused.status(), 403);
});
