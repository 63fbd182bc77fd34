// aws-jwt-verify takes our tokens where they bear the issuer of AWS, and refuses twenty changes to them.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { CognitoJwtVerifier } from "aws-jwt-verify";

import { cognito, PASSWORD, start, user, userPool } from "./server.mjs";

let server;
let pool;
let tokens;
let jwks;

before(async () => {
  server = await start("serve", 'issuer = "aws"\n');
  pool = await userPool(server);
  await user(server, pool, "ann");
  const asked = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: pool.clientId };
  const AuthParameters = { USERNAME: "ann", PASSWORD };
  tokens = (await cognito(server, "InitiateAuth", { ...asked, AuthParameters })).AuthenticationResult;
  jwks = await (await fetch(`${server.url}/${pool.id}/.well-known/jwks.json`)).json();
});
after(() => server.stop());

function verifier(more = {}) {
  const made = CognitoJwtVerifier.create({ userPoolId: pool.id, tokenUse: "access", clientId: pool.clientId, ...more });
  made.cacheJwks(jwks);
  return made;
}

const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const parts = () => {
  const [header, payload, signature] = tokens.AccessToken.split(".");
  const read = (text) => JSON.parse(Buffer.from(text, "base64url"));
  return { header: read(header), payload: read(payload), raw: { header, payload, signature } };
};

test("both tokens are taken", async () => {
  const access = await verifier().verify(tokens.AccessToken);
  assert.equal(access.username, "ann");
  const id = await verifier({ tokenUse: "id" }).verify(tokens.IdToken);
  assert.equal(id.aud, pool.clientId);
});

test("twenty changes are refused", async () => {
  const { header, payload, raw } = parts();
  const signed = (more) => `${raw.header}.${b64({ ...payload, ...more })}.${raw.signature}`;
  const headed = (more) => `${b64({ ...header, ...more })}.${raw.payload}.${raw.signature}`;
  const hmac = (key) => {
    const body = `${b64({ ...header, alg: "HS256" })}.${raw.payload}`;
    return `${body}.${createHmac("sha256", key).update(body).digest("base64url")}`;
  };
  const flip = (text) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
  const changed = [
    signed({ sub: "00000000-0000-4000-8000-000000000000" }),
    signed({ username: "root" }),
    signed({ scope: "aws.cognito.signin.user.admin openid" }),
    signed({ exp: payload.exp + 3600 }),
    signed({ iat: payload.iat - 10 }),
    signed({ client_id: "other" }),
    signed({ iss: payload.iss + "x" }),
    signed({ token_use: "id" }),
    signed({ "cognito:groups": ["admin"] }),
    headed({ alg: "none" }),
    headed({ alg: "RS512" }),
    headed({ kid: "unknown" }),
    headed({ kid: jwks.keys.find((key) => key.kid !== header.kid).kid }),
    hmac(jwks.keys[0].n),
    hmac(JSON.stringify(jwks)),
    `${raw.header}.${raw.payload}.`,
    `${raw.header}.${raw.payload}`,
    `${raw.header}.${raw.payload}.${flip(raw.signature)}`,
    `${tokens.AccessToken}.x`,
    `${raw.header}.${raw.payload}.${tokens.IdToken.split(".")[2]}`,
  ];
  assert.equal(new Set(changed).size, 20);
  for (const token of changed) await assert.rejects(verifier().verify(token), token.slice(-40));
  await assert.rejects(verifier().verify(tokens.IdToken));
  await assert.rejects(verifier({ clientId: "other" }).verify(tokens.AccessToken));
});
