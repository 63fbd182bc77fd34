"""A server with functions and a VPC endpoint."""

from contextlib import contextmanager

from running import Server, free_port


@contextmanager
def server_with_vpc_endpoint(folder, functions, before="", policy=None):
    """Serves by settings that begin with `before`; `endpoint` is the VPC endpoint's address, `policy` its policy."""
    port = free_port()
    settings = folder / "portcullis.toml"
    own = "" if policy is None else f"policy = '{policy}'\n"
    settings.write_text(
        f'{before}[[vpc_endpoints]]\nid = "vpce-0a1b"\nvpc = "vpc-0a1b"\nlisten = "127.0.0.1:{port}"\n{own}'
    )
    server = Server("serve", "--config", str(settings), "--functions-endpoint", functions.url)
    server.endpoint = f"http://127.0.0.1:{port}"
    yield server
    server.stop()
