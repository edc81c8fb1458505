/*
 * Builds the snippet into a folder: a script for one language, one for several, one with parts; and each part, as an
 * expression that gives its function, with what it imports in it.
 *
 *     node static/build.mjs FOLDER
 *
 * esbuild puts the files together, terser makes them small: by itself esbuild's are 2 % larger once compressed.
 */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { minify } from "terser";

const [folder] = process.argv.slice(2);

const SMALL = {
  ecma: 2022,
  module: true,
  compress: { passes: 3, inline: 1, sequences: false, keep_fargs: false, lhs_constants: false, booleans: false, unsafe_arrows: true, unsafe_comps: true, pure_getters: true },
};

/** A file with all that it imports, as a module. */
async function built(file, define) {
  const { outputFiles } = await build({
    entryPoints: [file],
    write: false,
    bundle: true,
    minifySyntax: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    define,
  });
  return (await minify(outputFiles[0].text, SMALL)).code;
}

async function script(hasLanguages, hasParts) {
  const define = { LANGUAGES: String(hasLanguages), PARTS: String(hasParts) };
  return `(()=>{${await built("static/consent.js", define)}})();\n`;
}

mkdirSync(`${folder}/parts`, { recursive: true });
writeFileSync(`${folder}/consent.min.js`, await script(false, false));
writeFileSync(`${folder}/consent.languages.min.js`, await script(true, false));
writeFileSync(`${folder}/consent.parts.min.js`, await script(true, true));
for (const file of readdirSync("static/parts")) {
  const module = await built(`static/parts/${file}`, {});
  const expression = module.replace(/export\{(\w+) as default\};?\s*$/, "return $1");
  writeFileSync(`${folder}/parts/${file.replace(".js", ".min.js")}`, `(()=>{${expression}})()`);
}
