// A pool with hosted pages, and what a person does there.
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { cognito, PASSWORD, user, userPool } from "./server.mjs";

/** The forms that the application got. */
export const posted = [];
const application = createServer(async (request, response) => {
  if (request.method === "POST") posted.push(Object.fromEntries(new URLSearchParams(await text(request))));
  response.writeHead(200, { "content-type": "text/html" }).end('<link rel="icon" href="data:,"><h1>back</h1>');
});
application.listen(0, "localhost");
await once(application, "listening");
application.unref();

/** Where the application takes answers. */
export const CALLBACK = `http://localhost:${application.address().port}/callback`;

/** A pool with pages and a user `ann`; `page` makes the address of one of them. */
export async function site(server, { pool = {}, client = {}, domain = {} } = {}) {
  const made = await userPool(server, {
    pool: { PoolName: "Acme", AutoVerifiedAttributes: ["email"], ...pool },
    client: {
      CallbackURLs: [CALLBACK],
      LogoutURLs: [CALLBACK],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code", "implicit"],
      AllowedOAuthScopes: ["openid"],
      SupportedIdentityProviders: ["COGNITO"],
      ...client,
    },
  });
  await cognito(server, "CreateUserPoolDomain", { UserPoolId: made.id, Domain: made.name, ...domain });
  await user(server, made, "ann");
  // passkeys belong to the host that the pool's domain has by default
  const base = `http://localhost:${new URL(server.url).port}/_aws/auth/${made.name}`;
  const asked = { client_id: made.clientId, redirect_uri: CALLBACK, response_type: "token" };
  return { ...made, base, page: (path, more) => `${base}${path}?${new URLSearchParams({ ...asked, ...more })}` };
}

/** Until the browser was sent back to the application. */
export const landed = (page) =>
  page.waitForURL((url) => url.href.startsWith(CALLBACK), { waitUntil: "commit" });

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const heading = (page, name) => page.getByRole("heading", { name, exact: true });

/** Opens a page and signs in where it leads. */
export async function enter(page, at, username = "ann", password = PASSWORD) {
  await page.goto(at);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await button(page, "Sign in").click();
}
