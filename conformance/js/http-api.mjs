// An HTTP API with a backend, as the tests here need it.
import { once } from "node:events";
import { createServer } from "node:http";

import { aws } from "./server.mjs";

/** A server of its own; what it is asked is kept. */
export async function backend(answer) {
  const seen = [];
  const server = createServer((request, response) => {
    seen.push({ method: request.method, path: request.url, headers: request.headers });
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}`, seen, stop: () => server.close() };
}

/** An API whose `$default` stage deploys by itself; `make` calls its operations. */
export async function httpApi(server, settings = {}) {
  const call = (method, path, body) => aws(server, "apigateway", method, `/v2/apis${path}`, { body });
  const api = await call("POST", "", { name: "dragons", protocolType: "HTTP", ...settings });
  const make = (what, body) => call("POST", `/${api.apiId}/${what}`, body);
  await make("stages", { stageName: "$default", autoDeploy: true });
  const route = async (routeKey, integrationUri, more = {}) => {
    const integration = { integrationType: "HTTP_PROXY", integrationMethod: "ANY", payloadFormatVersion: "1.0" };
    const { integrationId } = await make("integrations", { ...integration, integrationUri });
    return make("routes", { routeKey, target: `integrations/${integrationId}`, ...more });
  };
  return { id: api.apiId, url: api.apiEndpoint, make, route };
}
