/*
 * What the owner's pages take from packages, into a folder: uPlot as it is, with its licence, and a map of the world.
 *
 *     node static/vendor.mjs FOLDER
 *
 * The map is drawn from Natural Earth's countries at 1:110 million (public domain), as the package world-atlas (ISC) has
 * them: each country is a path, named by its ISO 3166 code where it has one, in the Equal Earth projection.
 */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);

const WIDTH = 1000;
const ANTARCTICA = "010";

/** Degrees east of the map's middle: its edge then runs through the Bering Strait, and cuts no country. */
const MIDDLE = 11;

/** Of the projection: Šavrič, Patterson and Jenny, 2018. */
const A = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;

mkdirSync(`${folder}/uplot`, { recursive: true });
for (const file of ["uPlot.iife.min.js", "uPlot.min.css"]) {
  copyFileSync(`node_modules/uplot/dist/${file}`, `${folder}/uplot/${file}`);
}
copyFileSync("node_modules/uplot/LICENSE", `${folder}/uplot/LICENSE`);
writeFileSync(`${folder}/world.svg`, world(JSON.parse(readFileSync("node_modules/world-atlas/countries-110m.json", "utf8"))));

function world(topology) {
  const arcs = topology.arcs.map((arc) => absolute(arc, topology.transform));
  const countries = topology.objects.countries.geometries
    .filter(({ id }) => id !== ANTARCTICA)
    .map((country) => ({ code: codeOf(country.id), rings: ringsOf(country, arcs).map(projected) }))
    .sort((one, other) => (one.code < other.code ? -1 : 1));
  const points = countries.flatMap(({ rings }) => rings.flat());
  const [left, right] = ends(points.map(([x]) => x));
  const [top, bottom] = ends(points.map(([, y]) => y));
  const scale = WIDTH / (right - left);
  const paths = countries.map(({ code, rings }) => {
    const lines = rings.map((ring) => line(ring.map(([x, y]) => [(x - left) * scale, (y - top) * scale])));
    return `<path${code ? ` id="${code}"` : ""} d="${lines.join("")}"/>`;
  });
  const height = Math.ceil((bottom - top) * scale);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}">\n<g id="land">\n${paths.join("\n")}\n</g>\n</svg>\n`;
}

/** Least and greatest, of more numbers than a call takes arguments. */
function ends(numbers) {
  return [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
}

/** A TopoJSON arc as longitudes and latitudes: its points are whole numbers, each told from the one before. */
function absolute(arc, { scale, translate }) {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    [x, y] = [x + dx, y + dy];
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
}

function ringsOf({ type, arcs: found }, arcs) {
  const polygons = type === "Polygon" ? [found] : found;
  return polygons.flat().map((ring) =>
    ring.flatMap((number) => {
      const points = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
      return points.slice(0, -1);
    }),
  );
}

/** The ISO code of two letters for the numeric one, which ICU knows as another spelling of a region. */
function codeOf(number) {
  return number ? (new Intl.Locale(`und-${number}`).region ?? "").replace(/^\d+$/, "") : "";
}

/** A ring that crosses the edge of the map stays in one piece, on the side where most of it is. */
function projected(ring) {
  let before = ring[0][0];
  const unbroken = ring.map(([longitude, latitude]) => {
    before = longitude + 360 * Math.round((before - longitude) / 360);
    return [before - MIDDLE, latitude];
  });
  const mean = unbroken.reduce((sum, [longitude]) => sum + longitude, 0) / unbroken.length;
  const turn = 360 * Math.round(mean / 360);
  return unbroken.map(([longitude, latitude]) => equalEarth(longitude - turn, latitude));
}

function equalEarth(longitude, latitude) {
  const t = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const [t2, t6] = [t ** 2, t ** 6];
  const across = (longitude * Math.PI) / 180;
  const slope = A[0] + 3 * A[1] * t2 + t6 * (7 * A[2] + 9 * A[3] * t2);
  return [(across * Math.cos(t)) / (M * slope), -t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2))];
}

/** A closed line in steps of a tenth of a unit, each told from the one before. */
function line(points) {
  const tenths = points.map(([x, y]) => [Math.round(10 * x), Math.round(10 * y)]);
  let [x, y] = [0, 0];
  const steps = tenths.map(([toX, toY]) => {
    const step = [toX - x, toY - y];
    [x, y] = [toX, toY];
    return step;
  });
  const [start, ...rest] = steps;
  const written = rest.filter(([dx, dy]) => dx || dy).map((step) => step.map(tenth).join(" "));
  return `M${start.map(tenth).join(" ")}${written.length ? `l${written.join(" ")}` : ""}z`;
}

function tenth(number) {
  return String(number / 10).replace(/^(-?)0\./, "$1.");
}
