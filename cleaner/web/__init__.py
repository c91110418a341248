"""The web floor: an archive as pages for people, served on the own machine. Starlette, Jinja and uvicorn stand only here."""

from cleaner.web.app import make_app
from cleaner.web.serve import Serving, serve

__all__ = ["Serving", "make_app", "serve"]
