#!/bin/sh
# What the browser tests need beside Python: chromium with letters to draw, and axe-core. Where one of them cannot be had,
# says so and ends well: the tests then skip with that reason, or fail where CI is set.
set -u
here=$(dirname "$0")
if [ ! -x /usr/bin/chromium ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 ||
            echo "browser tests: apt-get could not install chromium" >&2
    else
        echo "browser tests: no /usr/bin/chromium; apt-get install chromium fonts-liberation (as root)" >&2
    fi
fi
if [ ! -f "$here/node_modules/axe-core/axe.min.js" ]; then
    if ! command -v npm >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends npm >/dev/null 2>&1
    fi
    if command -v npm >/dev/null; then
        npm ci --prefix "$here" --silent --ignore-scripts --no-audit --no-fund ||
            echo "browser tests: npm could not install axe-core" >&2
    else
        echo "browser tests: no npm; install it for the accessibility checks" >&2
    fi
fi
exit 0
