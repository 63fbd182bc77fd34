// A real Chromium, and what the hosted pages must be for everybody who opens them.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "playwright-core";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };
const SCREENSHOTS = process.env.PORTCULLIS_SCREENSHOTS;
/** Languages whose letters every machine can draw. */
const PICTURED = ["en", "de"];
const MAX_PICTURE = 60_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function browser(flags = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: [...FLAGS, ...flags] });
}

/** A page that remembers what its console complained about; refused styles and scripts are among it. */
export async function open(running, options = {}) {
  const context = await running.newContext({ viewport: DESKTOP, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.complaints = [];
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) page.complaints.push(`${said.text()} ${said.location().url}`);
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  return page;
}

/** A picture of the page as on a phone, small enough to be kept beside the documentation. */
async function picture(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const taken = await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  assert.ok(taken.length <= MAX_PICTURE, `the picture of ${name} has ${taken.length} bytes`);
}

/** Looks at a hosted page: its language, heading and labels, no sideways scrolling, no complaints. */
export async function inspect(page, name, lang = "en") {
  assert.equal(await page.locator("html").getAttribute("lang"), lang, name);
  assert.notEqual(await page.title(), "", name);
  assert.equal(await page.locator("h1").count(), 1, name);
  for (const input of await page.locator("input:not([type=hidden])").all()) {
    const id = await input.getAttribute("id");
    assert.equal(await page.locator(`label[for="${id}"]`).count(), 1, `${name}: #${id} has no label`);
    assert.notEqual(await input.getAttribute("autocomplete"), null, `${name}: #${id} has no autocomplete`);
  }
  for (const text of await page.locator("button").allTextContents()) assert.notEqual(text.trim(), "", name);
  const ids = await page.locator("[id]").evaluateAll((elements) => elements.map((element) => element.id));
  assert.equal(new Set(ids).size, ids.length, `${name}: an id stands twice`);
  for (const [kind, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(size);
    const wide = await page.locator("html").evaluate((root) => root.scrollWidth - root.clientWidth);
    assert.equal(wide, 0, `${name} is wider than a ${kind}`);
  }
  if (SCREENSHOTS && PICTURED.includes(lang)) await picture(page, name);
  assert.deepEqual(page.complaints, [], name);
}
