// Functions behind an endpoint that speaks Lambda's Invoke API, as SAM's `start-lambda` does.
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

/** `on[name]` makes an event's response of the event; what throws is a function that failed. `calls` keeps the events. */
export async function functions(on) {
  const calls = [];
  const server = createServer(async (request, response) => {
    const name = /^\/2015-03-31\/functions\/([^/?]+)\/invocations/.exec(request.url)?.[1];
    const event = await json(request);
    calls.push({ name: decodeURIComponent(name), event });
    const answer = (status, body, headers = {}) => response.writeHead(status, headers).end(JSON.stringify(body));
    const called = on[decodeURIComponent(name).split(":").pop()];
    if (!called) return answer(404, { Type: "User", Message: "Function not found" });
    try {
      return answer(200, { ...event, response: { ...event.response, ...called(event) } });
    } catch (error) {
      const body = { errorMessage: error.message, errorType: error.name };
      return answer(200, body, { "x-amz-function-error": "Unhandled" });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { calls, url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** A function's ARN. */
export const arn = (name) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
