/*
 * A client of one stage of a REST API. It needs fetch and, for signed calls, Web Crypto; browsers of our day and
 * Node.js 20 have both.
 *
 *   const client = apigClientFactory.newClient({ apiKey, accessKey, secretKey, sessionToken, region, endpoint });
 *   const answer = await client.petsPetIdGet({ petId: "1" }, body, { headers: {}, queryParams: {} });
 *   // answer: { status, headers, data }
 */
(function (root) {
  "use strict";

  const INVOKE_URL = __INVOKE_URL__;
  const REGION = __REGION__;
  const METHODS = __METHODS__;

  const encoder = new TextEncoder();
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const encode = (text) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
  const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

  async function hmac(key, text) {
    const raw = typeof key === "string" ? encoder.encode(key) : key;
    const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
  }

  async function sign(config, verb, url, headers, body) {
    const date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, "");
    const scope = [date.slice(0, 8), config.region, "execute-api", "aws4_request"];
    headers["x-amz-date"] = date;
    if (config.sessionToken) headers["x-amz-security-token"] = config.sessionToken;
    const signed = { host: url.host, "x-amz-date": date };
    if (config.sessionToken) signed["x-amz-security-token"] = config.sessionToken;
    const names = Object.keys(signed).sort();
    const path = url.pathname.split("/").map((part) => encode(part)).join("/");
    const query = [...url.searchParams].map(([n, v]) => encode(n) + "=" + encode(v)).sort().join("&");
    const canonical = [
      verb, path, query, names.map((n) => n + ":" + signed[n] + "\n").join(""), names.join(";"), await sha256(body),
    ].join("\n");
    const text = ["AWS4-HMAC-SHA256", date, scope.join("/"), await sha256(canonical)].join("\n");
    let key = "AWS4" + config.secretKey;
    for (const part of scope) key = await hmac(key, part);
    headers.authorization =
      "AWS4-HMAC-SHA256 Credential=" + config.accessKey + "/" + scope.join("/") +
      ", SignedHeaders=" + names.join(";") + ", Signature=" + hex(await hmac(key, text));
  }

  async function invoke(config, method, params, body, additional) {
    const given = { ...params };
    const take = (name) => {
      const value = given[name];
      delete given[name];
      return value;
    };
    const path = method.path.replace(/\{([^}+]+)(\+?)\}/g, (_, name, greedy) => {
      const value = take(name);
      if (value === undefined) throw new Error("the path parameter " + name + " is missing");
      return greedy ? String(value).split("/").map(encode).join("/") : encode(String(value));
    });
    const url = new URL(config.endpoint.replace(/\/$/, "") + path);
    const headers = { accept: "application/json", ...(additional && additional.headers) };
    for (const name of method.headers) {
      const value = take(name);
      if (value !== undefined) headers[name] = String(value);
    }
    const query = { ...given, ...(additional && additional.queryParams) };
    for (const [name, value] of Object.entries(query)) {
      for (const one of [].concat(value)) url.searchParams.append(name, one);
    }
    const plain = body === undefined || body === null || method.verb === "GET" || method.verb === "HEAD";
    const text = plain ? "" : typeof body === "string" ? body : JSON.stringify(body);
    if (!plain && !headers["content-type"]) headers["content-type"] = "application/json";
    if (config.apiKey) headers["x-api-key"] = config.apiKey;
    if (method.signed && config.accessKey) await sign(config, method.verb, url, headers, text);
    const answer = await fetch(url, { method: method.verb, headers, body: plain ? undefined : text });
    const content = await answer.text();
    let data = content;
    try {
      data = JSON.parse(content);
    } catch {
      // It stays text.
    }
    return { status: answer.status, headers: Object.fromEntries(answer.headers), data };
  }

  const apigClientFactory = {
    newClient(given) {
      const config = { endpoint: INVOKE_URL, region: REGION, ...given };
      const client = {};
      for (const [name, method] of Object.entries(METHODS)) {
        client[name] = (params, body, additional) => invoke(config, method, params || {}, body, additional);
      }
      return client;
    },
  };

  root.apigClientFactory = apigClientFactory;
  if (typeof module !== "undefined" && module.exports) module.exports = apigClientFactory;
})(typeof globalThis === "undefined" ? this : globalThis);
