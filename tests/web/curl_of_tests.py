"""As much of curl as docs/http.md uses: ``-s -X -H -d -o -D -w %{http_code}``; a process for each, so it imports little."""

from __future__ import annotations

import argparse
import http.client
import sys
from pathlib import Path
from urllib.parse import urlsplit


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
    asked = urlsplit(given.url)
    line = http.client.HTTPConnection(asked.netloc, timeout=120)
    path = f"{asked.path}?{asked.query}" if asked.query else asked.path
    line.request(given.method or ("POST" if body else "GET"), path, body, headers)
    answer = line.getresponse()
    content = answer.read()
    if given.head:
        given.head.write_text("".join(f"{name}: {value}\r\n" for name, value in answer.getheaders()), encoding="utf-8")
    if given.out:
        given.out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    if given.say:
        sys.stdout.write(str(answer.status))


if __name__ == "__main__":
    main()
