// An HTTP API whose JWT authorizer trusts another vendor's provider that runs beside it: npm's oidc-provider.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import Provider from "oidc-provider";

import { backend, httpApi } from "./http-api.mjs";
import { start } from "./server.mjs";

const AUDIENCE = "https://dragons.example";
const CLIENT = { client_id: "hunter", client_secret: "a-secret-of-the-hunter" };
let server;
let issuer;
let listener;
let behind;

/** A private key as a JWK. */
function key(kid, alg, kind, options) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

/** The provider. What algorithm signs a token is chosen by the resource that is asked for. */
function provider() {
  const keys = [
    key("rsa", "RS256", "rsa", { modulusLength: 2048 }),
    key("ec", "ES256", "ec", { namedCurve: "P-256" }),
    key("ed", "EdDSA", "ed25519"),
  ];
  return new Provider(issuer, {
    jwks: { keys },
    clients: [{ ...CLIENT, grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
    scopes: ["dragons:read", "dragons:write"],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "dragons:read dragons:write",
          audience: resource.split("#")[0].split("?")[0],
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: new URL(resource).searchParams.get("alg") ?? "RS256" } },
        }),
      },
    },
  });
}

before(async () => {
  let handle;
  listener = createServer((request, response) => handle(request, response));
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  issuer = `http://127.0.0.1:${listener.address().port}`;
  handle = provider().callback();
  server = await start("serve");
  behind = await backend((request, response) => response.end(`${request.method} ${request.url}`));
});
after(async () => {
  listener.close();
  behind.stop();
  await server.stop();
});

async function token(scope, resource = AUDIENCE) {
  const form = new URLSearchParams({ grant_type: "client_credentials", scope, resource });
  const basic = Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString("base64");
  const answer = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
    body: form,
  });
  const told = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(told));
  return told.access_token;
}

async function dragons() {
  const api = await httpApi(server);
  const jwt = { authorizerType: "JWT", name: "hunters", identitySource: ["$request.header.Authorization"] };
  const jwtConfiguration = { issuer, audience: [AUDIENCE] };
  const { authorizerId } = await api.make("authorizers", { ...jwt, jwtConfiguration });
  const guarded = { authorizationType: "JWT", authorizerId };
  await api.route("GET /dragons", `${behind.url}/dragons`, guarded);
  await api.route("POST /dragons", `${behind.url}/dragons`, { ...guarded, authorizationScopes: ["dragons:write"] });
  return async (method, bearer) => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const answer = await fetch(`${api.url}/dragons`, { method, headers });
    return [answer.status, await answer.text(), answer.headers.get("www-authenticate")];
  };
}

test("scopes open POST /dragons, and their lack is told", async () => {
  const call = await dragons();
  const [reader, writer] = [await token("dragons:read"), await token("dragons:write")];
  assert.deepEqual(await call("GET", reader), [200, "GET /dragons", null]);
  assert.deepEqual(await call("POST", writer), [200, "POST /dragons", null]);
  const challenge = 'Bearer scope="dragons:write" error="insufficient_scope"';
  assert.deepEqual(await call("POST", reader), [403, '{"message":"Forbidden"}', challenge]);
});

test("what is no token of the issuer's is refused, and why", async () => {
  const call = await dragons();
  const good = await token("dragons:write");
  const unauthorized = '{"message":"Unauthorized"}';
  const invalid = (why) => [
    401,
    unauthorized,
    `Bearer scope="dragons:write" error="invalid_token" error_description="${why}"`,
  ];
  assert.deepEqual(await call("POST"), [401, unauthorized, "Bearer"]);
  assert.deepEqual(await call("POST", "x"), invalid("token contains an invalid number of segments"));
  assert.deepEqual(await call("POST", `${good.slice(0, -8)}AAAAAAAA`), invalid("crypto/rsa: verification error"));
  const [, payload, signature] = good.split(".");
  const none = Buffer.from('{"alg":"none","kid":"rsa"}').toString("base64url");
  assert.deepEqual(await call("POST", `${none}.${payload}.${signature}`), invalid("signing method none is invalid"));
  const elsewhere = await token("dragons:write", "https://elsewhere.example");
  assert.deepEqual(await call("POST", elsewhere), invalid("the token does not have a valid audience"));
});

test("tokens by elliptic keys are taken as well", async () => {
  const api = await httpApi(server);
  for (const alg of ["ES256", "EdDSA"]) {
    const resource = `${AUDIENCE}/${alg}?alg=${alg}`;
    const jwt = { authorizerType: "JWT", name: alg, identitySource: ["$request.header.Authorization"] };
    const jwtConfiguration = { issuer, audience: [`${AUDIENCE}/${alg}`] };
    const { authorizerId } = await api.make("authorizers", { ...jwt, jwtConfiguration });
    await api.route(`GET /${alg}`, behind.url, { authorizationType: "JWT", authorizerId });
    const headers = { authorization: `Bearer ${await token("dragons:read", resource)}` };
    const answer = await fetch(`${api.url}/${alg}`, { headers });
    assert.equal(answer.status, 200, `${alg} ${answer.headers.get("www-authenticate")}`);
  }
});
