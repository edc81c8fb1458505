#!/bin/sh
# idna 3.20 for Python, with uts46=True, beside whatwg-url 15.1.0 for Node.js, which does what browsers do.
#
# Guessed: "UTS 46 mapping" makes it take the names that browsers take.
#
# Seen: it maps as they do, and then asks for IDNA 2008 all the same. A host name with a heart, which browsers open, is
# refused, as a U-label and as the A-label that they show; with letters alone both give the same.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null 2>&1
npm install --silent --no-audit --no-fund whatwg-url@15.1.0 > /dev/null 2>&1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check idna==3.20
cat > browsers.cjs <<'END'
const { URL } = require("whatwg-url");
for (const name of ["MÜNCHEN.example", "straße.example", "i❤.ws", "xn--i-7iq.ws"]) console.log(new URL(`https://${name}/`).host);
END
node browsers.cjs > browsers.txt
venv/bin/python - <<'END'
import idna

def encoded(name):
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError as error:
        return f"refused: {error}"

names = ["MÜNCHEN.example", "straße.example", "i❤.ws", "xn--i-7iq.ws"]
browsers = open("browsers.txt").read().split()
ours = [encoded(name) for name in names]
for name, theirs, mine in zip(names, browsers, ours):
    print(f"{name}: browsers {theirs}; idna {mine}")
is_as_seen = ours[:2] == browsers[:2] and browsers[2:] == ["xn--i-7iq.ws"] * 2 and all(one.startswith("refused") for one in ours[2:])
raise SystemExit(not is_as_seen)
END
