"""`python -m hearteam.healthcheck URL`: exit code 0 when URL answers 200 under the site's name. For containers."""

import os
import sys
import urllib.request


def main() -> None:
    site = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    request = urllib.request.Request(sys.argv[1], headers={"Host": site, "X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:
            sys.exit(0 if answer.status == 200 else 1)
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error}")


if __name__ == "__main__":
    main()
