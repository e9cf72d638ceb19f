"""As much of curl as docs/http.md uses: ``-s -X -H -d -o -D -w %{http_code}``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import httpx2


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data")
    parser.add_argument("-o", dest="out", type=Path)
    parser.add_argument("-D", dest="head", type=Path)
    parser.add_argument("-w", dest="say", choices=["%{http_code}"])
    parser.add_argument("url")
    given = parser.parse_args()
    data = given.data
    body = None if data is None else Path(data[1:]).read_bytes() if data.startswith("@") else data.encode()
    headers = dict(line.split(": ", 1) for line in given.headers)
    answer = httpx2.request(given.method or ("POST" if body else "GET"), given.url, headers=headers, content=body, timeout=120)
    if given.head:
        given.head.write_text("".join(f"{name}: {value}\r\n" for name, value in answer.headers.items()), encoding="utf-8")
    if given.out:
        given.out.write_bytes(answer.content)
    else:
        sys.stdout.buffer.write(answer.content)
    if given.say:
        sys.stdout.write(str(answer.status_code))


if __name__ == "__main__":
    main()
