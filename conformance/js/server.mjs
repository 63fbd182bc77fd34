// Starts the built binary on a fresh data folder and free ports, and stops it again.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BINARY = process.env.PORTCULLIS_BIN ?? join(ROOT, "target", "debug", "portcullis");

/** A port that nobody listens on right now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** `command` is "serve" or "lab"; `settings` are lines of the configuration file. */
export async function start(command, settings = "") {
  const data = mkdtempSync(join(tmpdir(), "portcullis-"));
  const config = join(data, "portcullis.toml");
  writeFileSync(config, settings);
  const args = [command, "--config", config, "--data", join(data, "data"), "--port", "0"];
  if (!settings.includes("https_port")) args.push("--no-https");
  const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const guide = [];
  const server = { data: join(data, "data"), guide, child };
  await new Promise((resolve, reject) => {
    const watchdog = setTimeout(() => child.kill("SIGKILL"), 60_000);
    child.once("exit", () => clearTimeout(watchdog));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${guide.join("\n")}`)));
    lines.on("line", (line) => {
      guide.push(line);
      const listening = /^Portcullis listens on (http:\S+)/.exec(line);
      if (listening) server.url = listening[1];
      if (line.startsWith("Ready.")) {
        clearTimeout(watchdog);
        resolve();
      }
    });
  });
  server.ca = () => readFileSync(join(data, "data", "tls", "ca.pem"), "utf8");
  server.stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", () => {
        rmSync(data, { recursive: true, force: true });
        resolve();
      });
      child.kill("SIGTERM");
    });
  return server;
}

/** What an unchecked signature looks like: in local mode that of an unknown key is not looked at. */
function signed(service, headers) {
  const moment = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const all = { ...headers, "x-amz-date": moment };
  const names = ["host", ...Object.keys(all)].sort().join(";");
  const scope = `test/${moment.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${"0".repeat(64)}`;
  return { ...all, authorization };
}

/** A call of any AWS operation; answers its JSON. */
export async function aws(server, service, method, path, { headers = {}, body } = {}) {
  const response = await fetch(server.url + path, {
    method,
    headers: signed(service, { "content-type": "application/json", ...headers }),
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${method} ${path}: ${JSON.stringify(answer)}`), { answer });
  return answer;
}

/** A call of an operation of Cognito user pools. */
export function cognito(server, operation, body) {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
  };
  return aws(server, "cognito-idp", "POST", "/", { headers, body });
}

/** The newest message to an address. */
export async function message(server, query) {
  const response = await fetch(`${server.url}/_portcullis/messages?${new URLSearchParams({ ...query, limit: "1" })}`);
  const [newest] = await response.json();
  if (!newest) throw new Error(`no message for ${JSON.stringify(query)}`);
  return newest;
}

/** A pool with a client for the password flows and whatever `client` adds. */
export async function userPool(server, { pool = {}, client = {} } = {}) {
  const name = `js-${Math.random().toString(36).slice(2, 12)}`;
  const { UserPool } = await cognito(server, "CreateUserPool", { PoolName: name, ...pool });
  const { UserPoolClient } = await cognito(server, "CreateUserPoolClient", {
    UserPoolId: UserPool.Id,
    ClientName: "app",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    ...client,
  });
  return { name, id: UserPool.Id, clientId: UserPoolClient.ClientId, clientSecret: UserPoolClient.ClientSecret };
}

/** A pool with pages and a client for people; `client` adds to it. */
export async function oauthClient(server, client, pool = {}) {
  const made = await userPool(server, {
    pool,
    client: {
      LogoutURLs: ["https://app.example.com/bye"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "profile"],
      SupportedIdentityProviders: ["COGNITO"],
      ...client,
    },
  });
  await cognito(server, "CreateUserPoolDomain", { UserPoolId: made.id, Domain: made.name });
  return made;
}

/** A pool with a resource server and a client for programs. */
export async function programClient(server) {
  const made = await userPool(server);
  const Scopes = ["read", "write"].map((ScopeName) => ({ ScopeName, ScopeDescription: ScopeName }));
  const resources = { UserPoolId: made.id, Identifier: "orders", Name: "orders", Scopes };
  await cognito(server, "CreateResourceServer", resources);
  await cognito(server, "CreateUserPoolDomain", { UserPoolId: made.id, Domain: made.name });
  const { UserPoolClient } = await cognito(server, "CreateUserPoolClient", {
    UserPoolId: made.id,
    ClientName: "program",
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ["client_credentials"],
    AllowedOAuthScopes: ["orders/read", "orders/write"],
  });
  return { ...made, clientId: UserPoolClient.ClientId, clientSecret: UserPoolClient.ClientSecret };
}

export const PASSWORD = "Correct-Horse-7";

/** A confirmed user. */
export async function user(server, pool, username, email = `${username}@example.com`) {
  const who = { UserPoolId: pool.id, Username: username };
  const attributes = { email, email_verified: "true" };
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  await cognito(server, "AdminCreateUser", { ...who, MessageAction: "SUPPRESS", UserAttributes });
  await cognito(server, "AdminSetUserPassword", { ...who, Password: PASSWORD, Permanent: true });
}
