"""A stand for the live coach: its page under the policy of the web app, a camera that shows a film."""

import json
import mimetypes
import threading
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

import av
import jinja2
import numpy as np

PACKAGE = Path(str(files("kneewise")))
TOKEN = "token-of-this-page"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FOLDERS = {
    "/static/weights/": PACKAGE / "pose" / "weights",
    "/static/": PACKAGE / "static",
}
LAYOUT = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="{{ token }}">
<title>{% block title %}{% endblock %}</title>{% block scripts %}{% endblock %}</head>
<body class="{% block shape %}{% endblock %}"><main>{% block main %}{% endblock %}</main></body></html>"""

SIDE_TARGET = {
    "id": "squat-heels-raised",
    "name": "Squat with raised heels",
    "focus": "Heels on a firm wedge, whole foot heavy, ride straight down.",
    "view": "side",
    "sets": 1,
    "repetitions": 2,
    "rest_s": 0,
    "aims": {
        "shin": {"value_deg": 32, "tolerance_deg": 6},
        "trunk": {"value_deg": 38, "tolerance_deg": 8},
        "depth": {"value_deg": 95, "tolerance_deg": 8, "bound": "at_least"},
    },
    "feedback_share": 1,
    "spoken": False,
}


def write_camera_film(film, place, *, width=640, slower=1, twice=False):
    """The film as a camera shows it, over and over; slower, so that a busy machine can follow.

    `twice` shows the middle of the film beside itself: two people.
    """
    with av.open(str(film)) as container, place.open("wb") as out:
        stream = container.streams.video[0]
        rate = stream.average_rate / Fraction(slower)
        height = 2 * round(width * stream.height / stream.width / 2)
        out.write(
            f"YUV4MPEG2 W{width} H{height} F{rate.numerator}:{rate.denominator} Ip A1:1 C420mpeg2\n".encode()
        )
        for frame in container.decode(stream):
            picture = frame.reformat(width, height, "rgb24").to_ndarray()
            if twice:
                half = picture[:, width // 4 : width // 4 + width // 2]
                picture = np.concatenate([half, half], axis=1)
            shown = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            out.write(b"FRAME\n" + shown.to_ndarray().tobytes())
    return place


def page_of(target, feedback="You hear about every repetition."):
    """The page as the web app makes it, in its layout where that is there."""
    folders = jinja2.FileSystemLoader(PACKAGE / "templates" / "web")
    loader = jinja2.ChoiceLoader([folders, jinja2.DictLoader({"layout.html.j2": LAYOUT})])
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("coach.html.j2")
    return template.render(
        target=target, feedback=feedback, summary_url="/cases/1/coach", film_url="/cases/1/films",
        token=TOKEN, purpose="", pages=(), here=None,
    )  # fmt: skip


class Stand:
    """What the stand serves and what was posted to it; `away` lets it refuse what is posted."""

    def __init__(self, target):
        self.page = page_of(target)
        self.posted = []
        self.tokens = []
        self.away = False
        self.asked = []


@contextmanager
def open_stand(target):
    """Serve the page on this computer; yields the stand and its address."""
    stand = Stand(target)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            stand.asked.append(self.path)
            if self.path == "/cases/1/coach":
                self.answer(200, "text/html", stand.page.encode())
                return
            for start, folder in FOLDERS.items():
                file = folder / self.path.removeprefix(start)
                if self.path.startswith(start) and file.is_file():
                    self.answer(
                        200,
                        mimetypes.guess_type(file.name)[0] or "application/octet-stream",
                        file.read_bytes(),
                    )
                    return
            self.answer(404, "text/plain", b"")

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if stand.away:
                self.answer(503, "text/plain", b"")
                return
            stand.posted.append(json.loads(body))
            stand.tokens.append(self.headers["X-CSRF-Token"])
            self.answer(204, "text/plain", b"")

        def answer(self, status, kind, body):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand, f"http://127.0.0.1:{server.server_port}/cases/1/coach"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def flags_of(film=None, *, graphics=True):
    """Flags of a browser without network and graphics card, whose camera shows the film; without one, none.

    With `graphics` a program does what the page asks of a graphics card.
    """
    flags = [
        "--no-sandbox", "--no-first-run", "--disable-background-networking", "--use-fake-ui-for-media-stream",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]  # fmt: skip
    if film is not None:
        flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    return [*flags, "--disable-gpu", "--enable-unsafe-swiftshader" if graphics else "--disable-3d-apis"]
