/*
 * Draws the chart of a site's page anew, by uPlot, with values under the pointer. All numbers are those of the table
 * behind the chart, as the server shows them; without this script the chart is the server's drawing.
 */

"use strict";

(() => {
  const HEIGHT = 170;
  const NARROW = 560;

  const figure = document.getElementById("series");
  if (!figure || typeof uPlot === "undefined") return;

  const rows = [...document.querySelectorAll(`#${figure.dataset.table} tbody tr`)];
  if (rows.length < 2 || !rows.some((row) => "now" in row.dataset)) return;

  const labels = rows.map((row) => row.dataset.label);
  const titles = rows.map((row) => row.cells[0].textContent);
  const numbers = (name) => rows.map((row) => (name in row.dataset ? Number(row.dataset[name]) : null));
  const data = [rows.map((_, place) => place), numbers("now")];
  if (figure.dataset.before) data.push(numbers("before"));

  /** What the legend tells while nobody points at anything: the last point with a number. */
  const last = data[1].findLastIndex((number) => number != null);

  const place = document.createElement("div");
  place.className = "plot";
  place.setAttribute("aria-hidden", "true");
  figure.insertBefore(place, figure.querySelector("figcaption"));
  figure.classList.add("drawn");

  const dark = matchMedia("(prefers-color-scheme: dark)");
  let plot = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function shown(number, isOpen) {
    if (number == null) return "not shown";
    return number.toLocaleString("en") + (isOpen ? " or more" : "");
  }

  function told(place, mark, pointed) {
    const at = pointed ?? last;
    return shown(data[place][at], mark in rows[at].dataset);
  }

  /** Dots where the period is still open, or stands alone between hidden ones. */
  function points(values, isNow) {
    const places = values.flatMap((value, at) => {
      const alone = values[at - 1] == null && values[at + 1] == null;
      return value != null && (alone || (isNow && "open" in rows[at].dataset)) ? [at] : [];
    });
    return { show: true, filter: () => places };
  }

  /** A line down from each annotation. */
  function annotations(drawing) {
    const { ctx, bbox } = drawing;
    ctx.save();
    ctx.strokeStyle = colour("--soft");
    ctx.setLineDash([3, 3]);
    rows.forEach((row, at) => {
      if (!("note" in row.dataset)) return;
      const across = drawing.valToPos(at, "x", true);
      ctx.beginPath();
      ctx.moveTo(across, bbox.top);
      ctx.lineTo(across, bbox.top + bbox.height);
      ctx.stroke();
    });
    ctx.restore();
  }

  function options() {
    const soft = colour("--soft");
    const accent = colour("--accent");
    const line = colour("--line");
    const few = place.clientWidth < NARROW;
    const series = [
      {
        label: "Period",
        value: (_, __, ___, pointed) => {
          const at = pointed ?? last;
          const note = rows[at].dataset.note;
          return titles[at] + (note ? ` (${note})` : "");
        },
      },
      {
        label: figure.dataset.what,
        stroke: accent,
        fill: colour("--plot-fill"),
        width: 2,
        value: (_, __, ___, at) => told(1, "open", at),
        points: { ...points(data[1], true), size: 7, fill: colour("--card") },
      },
    ];
    if (data.length > 2) {
      series.push({
        label: figure.dataset.before,
        stroke: soft,
        width: 1.5,
        dash: [5, 4],
        value: (_, __, ___, at) => told(2, "openBefore", at),
        points: { ...points(data[2], false), size: 5 },
      });
    }
    return {
      width: place.clientWidth,
      height: HEIGHT,
      series,
      scales: { x: { time: false, range: [-0.3, rows.length - 0.7] }, y: { range: (_, __, most) => [0, uPlot.rangeNum(0, most || 1, 0.1, true)[1]] } },
      axes: [
        {
          stroke: soft,
          grid: { show: false },
          ticks: { show: false },
          size: 28,
          incrs: [1, 2, 3, 5, 7, 10, 14].filter((step) => rows.length / step <= (few ? 8 : 16)),
          values: (_, places) => places.map((at) => labels[at] ?? ""),
        },
        {
          stroke: soft,
          grid: { stroke: line, width: 1 },
          ticks: { show: false },
          size: 52,
          incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1e3, 2e3, 2.5e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 1e7],
          values: (_, numbers) => numbers.map((number) => number.toLocaleString("en")),
        },
      ],
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { live: true },
      hooks: { drawAxes: [annotations] },
    };
  }

  function draw() {
    plot?.destroy();
    plot = new uPlot(options(), data, place);
    plot.setLegend({ idx: null }, false);
  }

  draw();
  dark.addEventListener("change", draw);
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    draw();
  }).observe(figure);
})();
