#!/bin/sh
# Brotli 1.2.0 (Python's binding of the reference encoder), quality 11, on htmx.org 2.0.4 as it is published, minified.
#
# Guessed: MODE_TEXT, "for UTF-8 formatted text input", makes a script smaller than MODE_GENERIC, and MODE_FONT larger.
#
# Seen: MODE_TEXT gives the same bytes as MODE_GENERIC. MODE_FONT, made for WOFF 2, gives others, and here fewer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null 2>&1
npm install --silent --no-audit --no-fund htmx.org@2.0.4 > /dev/null 2>&1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check brotli==1.2.0
venv/bin/python - <<'END'
import brotli

content = open("node_modules/htmx.org/dist/htmx.min.js", "rb").read()
generic, text, font = (
    brotli.compress(content, mode=mode) for mode in (brotli.MODE_GENERIC, brotli.MODE_TEXT, brotli.MODE_FONT)
)
print(f"generic {len(generic)}, text {len(text)}, font {len(font)} bytes; generic and text are the same: {generic == text}")
raise SystemExit(not (generic == text and len(font) < len(generic)))
END
