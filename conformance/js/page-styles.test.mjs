// What the hosted pages wear, and what they speak: the sheet and logo of the classic hosted UI, managed login branding,
// languages. A real Chromium draws it; whatever was changed is worn by the next page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { browser, inspect, open } from "./browser.mjs";
import { cognito, start } from "./server.mjs";
import { button, heading, site } from "./site.mjs";

const RED = "rgb(170, 20, 60)";
const GREEN = "rgb(0, 110, 70)";
let server;
let chromium;

before(async () => {
  [server, chromium] = await Promise.all([start("serve"), browser()]);
});
after(async () => {
  await chromium.close();
  await server.stop();
});

/** A picture as its owner has it, in base64. */
async function drawn(text, colour, width = 220) {
  const page = await open(chromium, { viewport: { width: 800, height: 600 } });
  const style = `width:${width}px;height:48px;background:${colour};color:#fff;font:bold 24px/48px sans-serif`;
  await page.setContent(`<div style="${style};text-align:center">${text}</div>`);
  const png = await page.locator("div").screenshot({ type: "png" });
  await page.context().close();
  return png.toString("base64");
}

const computed = (locator, property) =>
  locator.evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
const width = (picture) => picture.evaluate((image) => image.naturalWidth);

/** Attack 118: what a picture holds runs nowhere, and nobody takes it for something else. */
async function isInert(address, type) {
  const answer = await fetch(address);
  const policy = answer.headers.get("content-security-policy");
  assert.equal(answer.status, 200);
  assert.match(policy, /^default-src 'none';/);
  assert.match(policy, /sandbox/);
  assert.doesNotMatch(policy, /script/);
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(answer.headers.get("content-type"), type);
  assert.equal(answer.headers.get("set-cookie"), null);
}

test("attack 118: classic pages wear their sheet and logo at once, and the logo is inert", async () => {
  const at = await site(server);
  const page = await open(chromium);
  const submit = button(page, "Sign in");
  const paint = (colour) => `
    .banner-customizable { background-color: #14213d; padding: 20px 0 20px 24px; }
    .submitButton-customizable { background-color: ${colour}; font-weight: bold; }
    .label-customizable { font-weight: 400; }
    .background-customizable { background-color: #eeeae2; }`;
  const put = (more) => cognito(server, "SetUICustomization", { UserPoolId: at.id, ...more });

  await page.goto(at.page("/login"));
  const plain = await computed(submit, "background-color");
  await put({ CSS: paint(RED), ImageFile: await drawn("Acme", "#14213d") });
  await page.reload();
  assert.equal(await computed(submit, "background-color"), RED);
  const logo = page.getByRole("img", { name: "Acme" });
  assert.equal(await width(logo), 220);
  await isInert(new URL(await logo.getAttribute("src"), page.url()).href, "image/png");
  await inspect(page, "classic-style");

  await put({ ClientId: at.clientId, CSS: paint(GREEN), ImageFile: await drawn("App", "#14213d", 120) });
  await page.reload();
  assert.equal(await computed(submit, "background-color"), GREEN, "a client's own style goes before that of all");
  assert.equal(await width(logo), 120);
  await put({ ClientId: at.clientId, CSS: paint(RED) });
  await page.reload();
  assert.equal(await computed(submit, "background-color"), RED);
  await put({ ClientId: at.clientId, CSS: "" });
  await page.reload();
  assert.equal(await computed(submit, "background-color"), plain);
  for (const CSS of ["</style><script>alert(1)</script>", ".submitButton-customizable { background: url(//x) }"]) {
    await assert.rejects(put({ CSS }), /CSSParsingException|InvalidParameterException/, CSS);
  }
  const script = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
  await assert.rejects(put({ ImageFile: script.toString("base64") }), /InvalidParameterException/);
  assert.deepEqual(page.complaints, []);
});

const SETTINGS = {
  categories: {
    form: { location: { horizontal: "CENTER", vertical: "CENTER" } },
    global: { colorSchemeMode: "LIGHT", pageHeader: { enabled: true }, pageFooter: { enabled: true } },
  },
  componentClasses: {
    buttons: { borderRadius: 24 },
    input: { borderRadius: 4, lightMode: { defaults: { backgroundColor: "ffffffff", borderColor: "6b5b95ff" } } },
    link: { lightMode: { defaults: { textColor: "6b2fa0ff" }, hover: { textColor: "3f1a63ff" } } },
  },
  components: {
    alert: { lightMode: { error: { backgroundColor: "fff4d6ff", borderColor: "b35c00ff" } } },
    form: { logo: { enabled: true }, borderRadius: 12, lightMode: { backgroundColor: "fffaffff", borderColor: "d9c8ecff" } },
    pageBackground: { image: { enabled: true }, lightMode: { color: "f1e8faff" } },
    pageFooter: { lightMode: { background: { color: "2a1142ff" }, borderColor: "2a1142ff" } },
    pageHeader: { lightMode: { background: { color: "4b1f73ff" }, borderColor: "2a1142ff" } },
    pageText: { lightMode: { headingColor: "2a1142ff", bodyColor: "2a1142ff", descriptionColor: "5a4470ff" } },
    primaryButton: {
      lightMode: {
        defaults: { backgroundColor: "6b2fa0ff", textColor: "ffffffff" },
        hover: { backgroundColor: "3f1a63ff", textColor: "ffffffff" },
      },
    },
  },
};

/** An image of a branding. */
const asset = (Category, Extension, Bytes) => ({ Category, ColorMode: "LIGHT", Extension, Bytes });
const svg = (shapes) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400">${shapes}</svg>`).toString("base64");

test("attack 118: managed pages wear their branding at once, and are gone with it", async () => {
  const at = await site(server, { domain: { ManagedLoginVersion: 2 } });
  const page = await open(chromium);
  const bare = async () => {
    assert.equal((await page.goto(at.page("/login"))).status(), 403);
    await page.getByText("Login pages unavailable.").waitFor();
    page.complaints.length = 0; // the console tells the status
  };
  await bare();
  const Assets = [
    asset("FORM_LOGO", "PNG", await drawn("Acme", "#4b1f73")),
    asset("PAGE_HEADER_LOGO", "PNG", await drawn("Acme at the top", "#4b1f73")),
    asset("PAGE_FOOTER_LOGO", "PNG", await drawn("Acme below", "#2a1142", 160)),
    asset("PAGE_BACKGROUND", "SVG", svg('<circle cx="200" cy="200" r="180" fill="#dcc7f2"/>')),
    asset("FAVICON_SVG", "SVG", svg('<circle cx="200" cy="200" r="200" fill="#6b2fa0"/>')),
  ];
  const pool = { UserPoolId: at.id };
  const made = await cognito(server, "CreateManagedLoginBranding", {
    ...pool,
    ClientId: at.clientId,
    Settings: SETTINGS,
    Assets,
  });
  const branding = { ...pool, ManagedLoginBrandingId: made.ManagedLoginBranding.ManagedLoginBrandingId };
  await page.goto(at.page("/login"));
  const submit = button(page, "Sign in");
  assert.equal(await computed(submit, "background-color"), "rgb(107, 47, 160)");
  assert.equal(await computed(submit, "border-top-left-radius"), "24px");
  const background = await computed(page.locator("body"), "background-image");
  await isInert(/url\("(.*)"\)/.exec(background)[1], "image/svg+xml");
  for (const [place, wide] of [[".banner img", 220], [".page-header img", 220], [".page-footer img", 160]]) {
    const picture = page.locator(place);
    assert.equal(await width(picture), wide, place);
    await isInert(new URL(await picture.getAttribute("src"), page.url()).href, "image/png");
  }
  assert.equal(await computed(page.locator(".page-header"), "background-color"), "rgb(75, 31, 115)");
  await page.getByLabel("Username").fill("ann");
  await page.getByLabel("Password").fill("wrong");
  await submit.click();
  assert.equal(await computed(page.getByRole("alert"), "background-color"), "rgb(255, 244, 214)");
  await inspect(page, "managed-branding");
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.equal(await page.locator(".page-footer").evaluate((bar) => Math.round(bar.getBoundingClientRect().bottom)), 800);

  const terms = (TermsName, words) => {
    const url = `https://example.com/${words}`;
    const Links = { "cognito:default": url, "cognito:german": `${url}/de` };
    const given = { TermsName, TermsSource: "LINK", Enforcement: "NONE", Links };
    return cognito(server, "CreateTerms", { ...pool, ClientId: at.clientId, ...given });
  };
  await terms("terms-of-use", "terms");
  await page.goto(at.page("/signup"));
  assert.equal(await page.getByRole("link", { name: "Terms of use" }).count(), 0, "not before there are both");
  await terms("privacy-policy", "privacy");
  await page.goto(at.page("/signup", { lang: "de" }));
  const linked = (name) => page.getByRole("link", { name }).getAttribute("href");
  assert.equal(await linked("Nutzungsbedingungen"), "https://example.com/terms/de");
  await page.goto(at.page("/signup", { lang: "en" }));
  assert.equal(await linked("Privacy policy"), "https://example.com/privacy");
  await inspect(page, "managed-sign-up");

  const red = { primaryButton: { lightMode: { defaults: { backgroundColor: "aa143cff", textColor: "ffffffff" } } } };
  await cognito(server, "UpdateManagedLoginBranding", { ...branding, Settings: { components: red } });
  await page.goto(at.page("/login"));
  assert.equal(await computed(submit, "background-color"), RED);
  assert.equal(await page.locator(".page-header").count(), 1, "what is not named stays");
  const reset = { ...branding, UseCognitoProvidedValues: true };
  await cognito(server, "UpdateManagedLoginBranding", reset);
  await page.reload();
  assert.notEqual(await computed(submit, "background-color"), RED);
  assert.equal(await page.locator(".page-header").count(), 0);
  await cognito(server, "DeleteManagedLoginBranding", branding);
  await bare();
});

const SPOKEN = { de: "Anmelden", es: "Iniciar sesión", fr: "Se connecter", ja: "サインイン" };

test("pages speak the language that the application or the browser asks for", async () => {
  const at = await site(server);
  for (const [lang, words] of Object.entries(SPOKEN)) {
    const asked = await open(chromium, { locale: "en-GB", javaScriptEnabled: false });
    await asked.goto(at.page("/login", { lang }));
    await heading(asked, words).waitFor();
    await inspect(asked, `login-${lang}`, lang);
    await asked.getByRole("link").first().click();
    assert.equal(await asked.locator("html").getAttribute("lang"), lang, "the next page as well");
    const own = await open(chromium, { locale: lang, javaScriptEnabled: false });
    await own.goto(at.page("/login"));
    await heading(own, words).waitFor();
    await own.goto(at.page("/login", { lang: "en" }));
    await heading(own, "Sign in").waitFor();
  }
});
