"""Runs a Python handler. Speaks the Lambda Runtime API over the socket that is standard input: os.read and os.write are
all it takes, so that no module is loaded that the handler does not ask for."""
import os
import sys
from time import time

_EMPTY = []


class Fault(Exception):
    """What is wrong with the function itself, under the name AWS has for it."""

    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = kind
        self.trace = trace or []


class Client:
    """One connection to the Runtime API."""

    def __init__(self):
        # Children must not inherit it, and the handler must not read it.
        self.fd = os.dup(0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        self.rest = b""

    def call(self, method, path, body=b"", headers=""):
        head = "%s /2018-06-01/runtime/%s HTTP/1.1\r\nHost: runtime\r\nContent-Length: %d\r\n%s\r\n" % (
            method, path, len(body), headers)
        self._send(head.encode() + body if len(body) < 65536 else head.encode())
        if len(body) >= 65536:
            self._send(body)
        while b"\r\n\r\n" not in self.rest:
            self._receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        lines = head.decode("utf-8", "surrogateescape").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        if len(self.rest) < length:
            parts, have = [self.rest], len(self.rest)
            while have < length:
                self.rest = b""
                self._receive(min(length - have, 1 << 20))
                parts.append(self.rest)
                have += len(self.rest)
            self.rest = b"".join(parts)
        body, self.rest = self.rest[:length], self.rest[length:]
        return int(lines[0].split(" ", 2)[1]), headers, body

    def _send(self, data):
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self.fd, view):]
        except BrokenPipeError:
            os._exit(1)

    def _receive(self, size=65536):
        data = os.read(self.fd, size)
        if not data:
            os._exit(0)
        self.rest += data


class CognitoIdentity:
    """Who called, where the caller is an app that signed in to an identity pool."""

    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]


class _Client:
    """The app that called."""

    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]


class ClientContext:
    """What the app said of itself."""

    __slots__ = ["custom", "env", "client"]


class LambdaContext:
    """The handler's second argument."""

    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.log_group_name = env.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = env.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = env.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = env.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.tenant_id = None
        self._epoch_deadline_time_in_ms = int(headers["lambda-runtime-deadline-ms"])
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self.identity = CognitoIdentity()
        self.identity.cognito_identity_id = None
        self.identity.cognito_identity_pool_id = None

    def get_remaining_time_in_millis(self):
        """Milliseconds until the time-out."""
        return max(self._epoch_deadline_time_in_ms - int(time() * 1000), 0)

    def log(self, message):
        """Writes a line."""
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = ["aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
                 "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id"]
        return "LambdaContext([%s])" % ",".join("%s=%s" % (name, getattr(self, name)) for name in shown)


def _client_context(text):
    if not text:
        return None
    import json
    said = json.loads(text.encode("utf-8", "surrogateescape"))
    if not isinstance(said, dict):
        return None
    context, client = ClientContext(), _Client()
    context.custom, context.env = said.get("custom"), said.get("env")
    for name in _Client.__slots__:
        setattr(client, name, (said.get("client") or {}).get(name))
    context.client = client if said.get("client") else None
    return context


def _hook_logging(request):
    """Gives the root logger AWS's handler as soon as anybody loads `logging`, and not before."""
    def install(logging):
        class Handler(logging.Handler):
            def emit(self, record):
                record.aws_request_id = request["id"]
                text = self.format(record)
                sys.stdout.write(text[:-1].replace("\n", "\r") + "\n")

        handler = Handler()
        form = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S")
        from time import gmtime
        form.converter = gmtime
        handler.setFormatter(form)
        logging.getLogger().addHandler(handler)

    if "logging" in sys.modules:
        install(sys.modules["logging"])
        return

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name != "logging":
                return None
            sys.meta_path.remove(Finder)
            import importlib.util
            spec = importlib.util.find_spec(name)
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                install(module)

            spec.loader.exec_module = exec_module
            return spec

    sys.meta_path.insert(0, Finder)


def _load(handler):
    module_name, dot, function = handler.rpartition(".")
    if not dot:
        raise Fault("Runtime.MalformedHandlerName",
                    "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    name = module_name.replace("/", ".")
    try:
        if name.split(".")[0] in sys.builtin_module_names:
            raise Fault("Runtime.ImportModuleError", "Cannot use built-in module %s as a handler module" % module_name)
        module = __import__(name, fromlist=["_"] if "." in name else _EMPTY)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s\n' % (error.filename, error.lineno, (error.text or "").rstrip())]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    found = getattr(module, function, None)
    if found is None:
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (function, module_name))
    return found


def _trace(error):
    import traceback
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith((__file__, "<frozen importlib"))]
    return traceback.format_list(theirs)


def _report(error, request_id):
    if isinstance(error, Fault):
        kind, message, trace = error.kind, str(error), error.trace
    else:
        kind, message, trace = type(error).__name__, str(error), _trace(error)
    lines = ["[ERROR] %s: %s" % (kind, message)]
    if trace:
        lines.append("Traceback (most recent call last):")
        lines += [line.rstrip("\n") for line in trace]
    sys.stdout.write("\n".join(lines).replace("\n", "\r") + "\n")
    sys.stdout.flush()
    import json
    said = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
    return json.dumps(said).encode(), "Lambda-Runtime-Function-Error-Type: %s\r\n" % _token(kind)


def _token(kind):
    return "".join(c for c in kind if c.isascii() and (c.isalnum() or c in "._-"))[:128] or "Unknown"


def _number(value):
    kind = type(value)
    if kind.__name__ == "Decimal" and kind.__module__ in ("decimal", "_pydecimal"):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % kind.__name__)


def main():
    """Asks for events until the server goes."""
    client = Client()
    sys.stdout.reconfigure(line_buffering=True)
    here = os.path.dirname(__file__)
    sys.path[:] = [os.environ["LAMBDA_TASK_ROOT"]] + [path for path in sys.path if path != here]
    request = {"id": ""}
    _hook_logging(request)
    try:
        handler = _load(os.environ.get("_HANDLER", ""))
    except Exception as error:
        body, headers = _report(error, "")
        client.call("POST", "init/error", body, headers)
        sys.exit(1)
    import json
    loads, dumps = json.loads, json.dumps
    while True:
        status, headers, event = client.call("GET", "invocation/next")
        if status != 200:
            sys.exit(1)
        request["id"] = request_id = headers["lambda-runtime-aws-request-id"]
        trace_id = headers.get("lambda-runtime-trace-id")
        if trace_id:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        try:
            try:
                event = loads(event)
            except ValueError as error:
                raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
            answer = handler(event, LambdaContext(headers))
            try:
                answer = dumps(answer, default=_number).encode()
            except Exception as error:
                raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)
            path, more = "invocation/%s/response" % request_id, "Content-Type: application/json\r\n"
        except Exception as error:
            answer, more = _report(error, request_id)
            path = "invocation/%s/error" % request_id
        sys.stdout.flush()
        sys.stderr.flush()
        client.call("POST", path, answer, more)
        answer = event = None
