/*
 * Builds the snippet into a folder: the script of most sites, the one that takes parts, and each part as an expression
 * that gives its function.
 *
 *     node static/build.mjs FOLDER
 */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);

async function built(file, format, define) {
  const { outputFiles } = await build({
    entryPoints: [file],
    write: false,
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define,
  });
  return outputFiles[0].text;
}

mkdirSync(`${folder}/parts`, { recursive: true });
writeFileSync(`${folder}/consent.min.js`, await built("static/consent.js", "iife", { PARTS: "false" }));
writeFileSync(`${folder}/consent.parts.min.js`, await built("static/consent.js", "iife", { PARTS: "true" }));
for (const file of readdirSync("static/parts")) {
  const module = await built(`static/parts/${file}`, "esm", {});
  const expression = module.replace(/export\{(\w+) as default\};\s*$/, "return $1");
  writeFileSync(`${folder}/parts/${file.replace(".js", ".min.js")}`, `(()=>{${expression}})()`);
}
