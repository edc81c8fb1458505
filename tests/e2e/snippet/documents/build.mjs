/*
 * A site of which a library renders the whole document: node build.mjs LIBRARY PROPERTIES. Prints as JSON the pages as
 * the server sends them, and the script that the browser runs.
 */

import { execFileSync } from "node:child_process";
import { build } from "esbuild";

const [library, properties] = process.argv.slice(2);
const LIBRARIES = {
  "react-19": {},
  "react-18": { react: "react-18", "react-dom": "react-dom-18" },
  preact: { react: "preact/compat", "react-dom": "preact/compat" },
};

async function bundled(file, options) {
  const { outputFiles } = await build({
    entryPoints: [file],
    write: false,
    bundle: true,
    // With all that the library has to say of what it finds.
    define: { "process.env.NODE_ENV": '"development"', PROPERTIES: properties },
    ...options,
  });
  return outputFiles[0].text;
}

const app = await bundled("client.mjs", { alias: LIBRARIES[library], format: "iife" });
// Preact takes what React sends: it is the same.
const alias = library === "preact" ? {} : LIBRARIES[library];
const server = await bundled("server.mjs", { alias, format: "cjs", platform: "node" });
const pages = JSON.parse(execFileSync(process.execPath, { input: server, encoding: "utf8" }));
console.log(JSON.stringify({ app, pages }));
