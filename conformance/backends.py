"""What integrations call, as a test needs it: functions behind Lambda's Invoke API, and a backend over HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from running import ACCOUNT, REGION

# What VPC links lead to: a network balancer, an application balancer's listener.
_BALANCERS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BALANCER = f"{_BALANCERS}:loadbalancer/net/pets/1234567890abcdef"
LISTENER = f"{_BALANCERS}:listener/app/pets/1234567890abcdef/1234567890abcdef"


class Backend:
    """Answers every request by `answer(request)`, and keeps what it was sent."""

    def __init__(self):
        self.seen = []
        self.answer = lambda request: (200, {"content-type": "application/json"}, b'{"hello":"world"}')
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                request = {"method": self.command, "path": self.path, "headers": self.headers, "body": body}
                outer.seen.append(request)
                status, headers, payload = outer.answer(request)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(payload)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Functions(Backend):
    """Lambda's Invoke API. A function is a Python callable from event to result; what it raises is its error."""

    def __init__(self):
        super().__init__()
        self.functions = {}
        self.events = []
        self.answer = self._invoke

    def on(self, name, function):
        self.functions[name] = function
        return f"arn:aws:lambda:us-east-1:123456789012:function:{name}"

    def uri(self, name, function):
        arn = self.on(name, function)
        return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"

    def _invoke(self, request):
        name = unquote(request["path"].split("/functions/")[1].split("/invocations")[0])
        kind = request["headers"].get("x-amz-invocation-type")
        self.events.append((name, kind, request["body"]))
        if name not in self.functions:
            return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, b"{}"
        if kind == "Event":
            return 202, {}, b""
        try:
            result = self.functions[name](json.loads(request["body"]))
        except Exception as error:  # a function's own failure is an answer
            failure = {"errorMessage": str(error), "errorType": type(error).__name__}
            return 200, {"x-amz-function-error": "Unhandled"}, json.dumps(failure).encode()
        return 200, {}, json.dumps(result).encode()
