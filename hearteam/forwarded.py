"""Behind a proxy the connection's address is the proxy's: take the client's from the header that the proxy writes."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class ForwardedFor:
    """WSGI middleware for installations that only a proxy can reach (TRUST_PROXY=1); anyone else could lie in it."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        client = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if client:
            environ["REMOTE_ADDR"] = client
        return self.application(environ, start_response)
