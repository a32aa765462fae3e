"""The process that looks for a closed integral; it stops itself when its time is over."""

from __future__ import annotations

import json
import os
import sys
import threading

from morefit_py.graph.integral_process import respond
from morefit_py.graph.operand import ZERO
from morefit_py.graph.sympy_bridge import to_sympy


def main() -> None:
    """Answer the request on standard input; whatever fails here means that nothing was found."""
    request = sys.stdin.read()
    # Loads SymPy, whose time is not the integral's.
    to_sympy(ZERO)
    limit = threading.Timer(json.loads(request.partition("\n")[0])["seconds"], os._exit, (1,))
    limit.daemon = True
    limit.start()
    try:
        sys.stdout.write(respond(request))
    finally:
        limit.cancel()


if __name__ == "__main__":
    main()
