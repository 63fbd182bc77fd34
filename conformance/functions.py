"""Functions behind an endpoint that speaks Lambda's Invoke API, and other small servers that a test owns."""

import http.server
import json
import re
import socketserver
import threading


class _Serving:
    """A server on a port of its own, in a thread, until the block ends."""

    def __init__(self, server):
        self.server = server
        self.port = server.server_address[1]
        self.thread = threading.Thread(target=server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


class Functions(_Serving):
    """`on[name]` is a function from event to event; what raises is a function that failed. `calls` holds (name,
    invocation type, event)."""

    def __init__(self):
        self.on, self.calls, self.called = {}, [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                name = re.fullmatch(r"/2015-03-31/functions/([^/?]+)/invocations(\?.*)?", self.path).group(1)
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                kind = self.headers["x-amz-invocation-type"]
                with outer.called:
                    outer.calls.append((name, kind, json.loads(json.dumps(event))))
                    outer.called.notify_all()
                headers = {}
                if name not in outer.on:
                    return self.reply(404, {"Type": "User", "Message": "Function not found"}, headers)
                try:
                    body = outer.on[name](event)
                except Exception as error:  # what a function raises is told, as Lambda does
                    headers["x-amz-function-error"] = "Unhandled"
                    body = {"errorMessage": str(error), "errorType": type(error).__name__}
                self.reply(202 if kind == "Event" else 200, body, headers)

            def reply(self, status, body, headers):
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))

    def answers(self, name, **response):
        """The function writes these members into the event's response."""

        def function(event):
            event["response"] = {**event["response"], **response}
            return event

        self.on[name] = function

    def events(self, name):
        return [event for called, _, event in self.calls if called == name]

    def told(self, name, count=1):
        """Waits for events that nobody else waits for."""
        with self.called:
            assert self.called.wait_for(lambda: len(self.events(name)) >= count, timeout=20), f"{name} was not told"
        return self.events(name)


class Webhook(_Serving):
    """Keeps what is posted: (headers, body)."""

    def __init__(self):
        self.posts, self.posted = [], threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with outer.posted:
                    outer.posts.append((dict(self.headers.items()), body))
                    outer.posted.notify_all()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))

    def first(self):
        with self.posted:
            assert self.posted.wait_for(lambda: self.posts, timeout=20), "nothing was posted"
        return self.posts[0]


class MailServer(_Serving):
    """Takes every mail: `mails` holds their text."""

    def __init__(self):
        self.mails, self.taken = [], threading.Condition()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 here")
                for raw in self.rfile:
                    word = raw.decode().split(" ")[0].strip().upper()
                    if word == "DATA":
                        self.say("354 go on")
                        lines = []
                        for line in self.rfile:
                            if line == b".\r\n":
                                break
                            lines.append(line.decode())
                        with outer.taken:
                            outer.mails.append("".join(lines))
                            outer.taken.notify_all()
                    self.say({"EHLO": "250 here", "QUIT": "221 bye"}.get(word, "250 ok"))
                    if word == "QUIT":
                        return

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        super().__init__(server)

    def first(self):
        with self.taken:
            assert self.taken.wait_for(lambda: self.mails, timeout=20), "no mail came"
        return self.mails[0]
