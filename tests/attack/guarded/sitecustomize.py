"""Python imports this by itself where its folder is on the path: every look outside this machine is written down and refused."""

import os
import sys

ASKED = os.environ["JZ_ASKED"]
OWN = ("127.", "::1", "localhost", "0.0.0.0")


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = args[1]
        if not isinstance(address, tuple) or str(address[0]).startswith(OWN):
            return
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        if args[0] is None or str(args[0]).startswith(OWN):
            return
    else:
        return
    with open(ASKED, "a", encoding="utf-8") as file:  # noqa: PTH123 - the less is imported here, the better
        file.write(f"{event} {args!r}\n")
    raise OSError(101, "the network is unreachable")


sys.addaudithook(_watch)
