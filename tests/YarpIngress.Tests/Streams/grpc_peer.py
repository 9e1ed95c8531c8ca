"""A gRPC client and a gRPC server of Debian's python3-grpcio, which is gRPC's own C core.

    grpc_peer.py serve CERTIFICATE KEY    a pod: prints its ports as JSON, serves until its input ends
    grpc_peer.py call                     a client: each line of input is a JSON object that says whom to call; each line of
                                          output says what became of each check, "ok" or what was wrong
"""
import json
import os
import queue
import sys
import threading
import time
from concurrent import futures

import grpc

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
PATIENCE = 60


class Echo(grpc.GenericRpcHandler):
    """Knows the methods by the last word of their path, so that a path that was not rewritten is unknown."""

    def __init__(self):
        self.cancelled = set()
        self.lock = threading.Lock()

    def service(self, details):
        service, _, method = details.method.rpartition("/")
        if service != "/echo.Echo":
            return None
        return {
            "Unary": grpc.unary_unary_rpc_method_handler(self.unary),
            "Down": grpc.unary_stream_rpc_method_handler(self.down),
            "Up": grpc.stream_unary_rpc_method_handler(self.up),
            "Chat": grpc.stream_stream_rpc_method_handler(self.chat),
            "Fail": grpc.unary_stream_rpc_method_handler(self.fail),
            "Hang": grpc.unary_stream_rpc_method_handler(self.hang),
            "Remaining": grpc.unary_unary_rpc_method_handler(self.remaining),
            "Cancelled": grpc.unary_unary_rpc_method_handler(self.was_cancelled),
        }.get(method)

    def unary(self, request, context):
        sent = dict(context.invocation_metadata())
        context.send_initial_metadata((("x-initial", sent.get("x-sent", "none")),))
        context.set_trailing_metadata((("x-trailing", "end"), ("x-trailing-bin", sent.get("x-sent-bin", b""))))
        return request

    def down(self, request, context):
        for number in range(int(request)):
            yield b"%d" % number

    def up(self, requests, context):
        return b"%d" % sum(len(one) for one in requests)

    def chat(self, requests, context):
        for one in requests:
            yield b"re: " + one

    def fail(self, request, context):
        for number in range(int(request)):
            yield b"%d" % number
        context.set_trailing_metadata((("x-reason", "lost"),))
        context.abort(grpc.StatusCode.NOT_FOUND, "n\u00f6t f\u00f6und: 100%")

    def hang(self, request, context):
        ended = threading.Event()

        def end():
            with self.lock:
                self.cancelled.add(request)
            ended.set()

        context.add_callback(end)
        yield b"begun"
        ended.wait(PATIENCE)

    def remaining(self, request, context):
        return b"%f" % (context.time_remaining() or -1)

    def was_cancelled(self, request, context):
        with self.lock:
            return b"yes" if request in self.cancelled else b"no"


def serve(certificate, key):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=96), handlers=[Echo()], options=UNLIMITED)
    with open(certificate, "rb") as chain, open(key, "rb") as secret:
        credentials = grpc.ssl_server_credentials(((secret.read(), chain.read()),))
    ports = {
        "plain": server.add_insecure_port("127.0.0.1:0"),
        "tls": server.add_secure_port("127.0.0.1:0", credentials),
    }
    server.start()
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    server.stop(None)


def expect(expected, seen):
    if seen != expected:
        raise AssertionError(f"expected {expected!r:.200}, saw {seen!r:.200}")


class Checks:
    def __init__(self, channel, prefix):
        self.channel, self.service = channel, prefix + "/echo.Echo/"

    def unary(self):
        body, sent = os.urandom(1000), os.urandom(20)
        answer, call = self.method("unary_unary", "Unary").with_call(
            body, timeout=PATIENCE, metadata=(("x-sent", "hello"), ("x-sent-bin", sent)))
        expect(body, answer)
        expect("hello", dict(call.initial_metadata()).get("x-initial"))
        trailing = dict(call.trailing_metadata())
        expect("end", trailing.get("x-trailing"))
        expect(sent, trailing.get("x-trailing-bin"))

    def empty(self):
        expect(b"", self.method("unary_unary", "Unary")(b"", timeout=PATIENCE))

    def large(self):
        body = os.urandom(3_000_000)
        expect(body, self.method("unary_unary", "Unary")(body, timeout=PATIENCE))

    def compressed(self):
        body = b"abc" * 100_000
        expect(body, self.method("unary_unary", "Unary")(body, timeout=PATIENCE, compression=grpc.Compression.Gzip))

    def server_stream(self):
        expect([b"%d" % n for n in range(200)], list(self.method("unary_stream", "Down")(b"200", timeout=PATIENCE)))

    def client_stream(self):
        pieces = [os.urandom(10_000) for _ in range(50)]
        expect(b"500000", self.method("stream_unary", "Up")(iter(pieces), timeout=PATIENCE))

    def duplex(self):
        # Each message is sent only once the one before has come back: nothing may be held back on the way.
        said, heard = queue.Queue(), []
        call = self.method("stream_stream", "Chat")(iter(said.get, None), timeout=PATIENCE)
        for number in range(20):
            said.put(b"%d" % number)
            heard.append(next(call))
        said.put(None)
        expect([], list(call))
        expect([b"re: %d" % n for n in range(20)], heard)
        expect(grpc.StatusCode.OK, call.code())

    def failure(self):
        for before in (0, 2):
            call = self.method("unary_stream", "Fail")(b"%d" % before, timeout=PATIENCE)
            seen = []
            try:
                seen.extend(call)
                raise AssertionError("no error")
            except grpc.RpcError as error:
                expect(grpc.StatusCode.NOT_FOUND, error.code())
                expect("n\u00f6t f\u00f6und: 100%", error.details())
                expect("lost", dict(error.trailing_metadata()).get("x-reason"))

    def unknown_method(self):
        try:
            self.method("unary_unary", "Nothing")(b"", timeout=PATIENCE)
            raise AssertionError("no error")
        except grpc.RpcError as error:
            expect(grpc.StatusCode.UNIMPLEMENTED, error.code())

    def deadline(self):
        remaining = float(self.method("unary_unary", "Remaining")(b"", timeout=PATIENCE))
        if not 0 < remaining <= PATIENCE + 1:
            raise AssertionError(f"the pod saw a deadline of {remaining} s")
        try:
            list(self.method("unary_stream", "Hang")(b"", timeout=0.3))
            raise AssertionError("no error")
        except grpc.RpcError as error:
            expect(grpc.StatusCode.DEADLINE_EXCEEDED, error.code())

    def cancellation(self):
        name = os.urandom(8)
        call = self.method("unary_stream", "Hang")(name)
        expect(b"begun", next(call))
        call.cancel()
        until = time.monotonic() + PATIENCE / 2
        while self.method("unary_unary", "Cancelled")(name, timeout=PATIENCE) != b"yes":
            if time.monotonic() > until:
                raise AssertionError("the pod was not told")
            time.sleep(0.02)

    def many_at_once(self):
        calls = [(b"%d" % n, self.method("unary_unary", "Unary").future(b"%d" % n, timeout=PATIENCE)) for n in range(200)]
        for body, call in calls:
            expect(body, call.result())

    def method(self, kind, name):
        return getattr(self.channel, kind)(self.service + name)


def channel_to(order):
    options = [("grpc.default_authority", order["authority"]), ("grpc.enable_http_proxy", 0), *UNLIMITED]
    if order.get("authorities"):
        with open(order["authorities"], "rb") as roots:
            credentials = grpc.ssl_channel_credentials(roots.read())
        options.append(("grpc.ssl_target_name_override", order["name"]))
        return grpc.secure_channel(order["target"], credentials, options)
    return grpc.insecure_channel(order["target"], options)


def one_call(channel, order):
    """The status of a single call, where that is all that counts."""
    try:
        kind = "unary_stream" if order["method"] == "Hang" else "unary_unary"
        answer = getattr(channel, kind)(order.get("prefix", "") + "/echo.Echo/" + order["method"])(b"x" * order.get("size", 0), timeout=PATIENCE)
        if kind == "unary_stream":
            answer = list(answer)
        return "OK"
    except grpc.RpcError as error:
        return error.code().name


def call(order):
    with channel_to(order) as channel:
        if "method" in order:
            return {"status": one_call(channel, order)}
        checks, results = Checks(channel, order.get("prefix", "")), {}
        for name in [name for name in vars(Checks) if not name.startswith("_") and name != "method"]:
            try:
                getattr(checks, name)()
                results[name] = "ok"
            except Exception as error:  # noqa: BLE001 - all that goes wrong is a result
                results[name] = f"{type(error).__name__}: {error}"
        return results


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        for line in sys.stdin:
            print(json.dumps(call(json.loads(line))), flush=True)
