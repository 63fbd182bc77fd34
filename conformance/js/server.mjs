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

export const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

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
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}:\n${guide.join("\n")}`)));
    lines.on("line", (line) => {
      guide.push(line);
      const listening = /^Portcullis listens on (http:\S+)/.exec(line);
      if (listening) server.url = listening[1];
      if (line.startsWith("Ready.")) resolve();
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

/** One call of an awsJson operation, as a page or a script would make it. */
export async function cognito(server, operation, input) {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=" +
        "0".repeat(64),
      "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d{3}/g, ""),
    },
    body: JSON.stringify(input),
  });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(`${operation}: ${answer.__type}: ${answer.message}`), { answer });
  return answer;
}

/** The newest message to an address, once it is there. */
export async function message(server, query) {
  const response = await fetch(`${server.url}/_portcullis/messages?${new URLSearchParams({ ...query, limit: "1" })}`);
  const [newest] = await response.json();
  if (!newest) throw new Error(`no message for ${JSON.stringify(query)}`);
  return newest;
}
