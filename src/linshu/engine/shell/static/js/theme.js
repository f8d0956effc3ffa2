// One look for every chart: colours from the page's tokens, the legend at the top right, figures written as on the cards.

export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function colours() {
  return [1, 2, 3, 4, 5, 6, 7, 8].map((number) => token(`--c${number}`));
}

// Thousands apart. `Intl` would do, but takes longer to load than a chart to draw.
const grouped = (text) => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

// A figure as the server writes it: divided to its shown unit, shortened with the words of the language.
export function write(value, axis, full = false) {
  if (value === null || value === undefined || Number.isNaN(value)) return "—";
  const shown = value / axis.divide;
  const size = Math.abs(shown);
  const sign = shown < 0 ? "-" : "";
  if (!full) {
    for (const [least, divisor, word] of axis.steps) {
      if (size >= least) {
        const scaled = size / divisor;
        return `${sign}${axis.prefix}${grouped(scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0))}${word}`;
      }
    }
  }
  const places = full ? axis.places : size >= 1000 || Number.isInteger(shown) ? 0 : axis.places;
  return `${sign}${axis.prefix}${grouped(size.toFixed(places))}${axis.suffix}`;
}

// Axis labels: the same, without needless decimals.
export function tick(value, axis) {
  const shown = value / axis.divide;
  for (const [least, divisor, word] of axis.steps) {
    if (Math.abs(shown) >= least) return `${+(shown / divisor).toFixed(2)}${word}`;
  }
  return `${grouped(String(+shown.toFixed(2)))}${axis.suffix}`;
}

// A picture drawn anew in its place does not play its entrance again.
export const motion = { still: false };
export const moves = () => !motion.still && !matchMedia("(prefers-reduced-motion: reduce)").matches;

export const withAlpha = (colour, alpha) => colour + Math.round(alpha * 255).toString(16).padStart(2, "0");

// A figure between two gaps has no line to be seen by.
const lonely = (value, at, values) => value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;

// A line or bar chart from what the server says: {kind, labels, series: [{name, values, role, axis}], target}; `across`
// lays bars down, the compared ones pale beside them; `stack` puts series upon each other; `rest` is the bar of all others.
export function option(chart) {
  const [ink, second, line, card] = ["--ink", "--ink-2", "--line", "--card"].map(token);
  const palette = colours();
  const small = window.innerWidth < 576;
  const mains = chart.series.filter((one) => one.role !== "compare");
  const axis = chart.axis;
  const series = chart.series.map((one) => {
    const hue = palette[(one.hue ?? mains.indexOf(one)) % palette.length];
    const compare = one.role === "compare";
    const pale = compare && chart.kind === "bar" && chart.across !== undefined;
    const colour = compare ? withAlpha(palette[(one.hue ?? 0) % palette.length], 0.55) : hue;
    return {
      name: one.name, type: compare && !pale ? "line" : chart.kind, data: chart.rest >= 0 ? one.values.map((value, at) => (at === chart.rest ? { value, itemStyle: { color: withAlpha(second, 0.35) } } : value)) : one.values, stack: chart.stack ? "all" : undefined, smooth: 0.25, smoothMonotone: "x", showSymbol: one.values.some(lonely), symbolSize: one.values.some(lonely) ? (_, { dataIndex: at }) => (lonely(one.values[at], at, one.values) ? 6 : 0) : 6,
      connectNulls: false, z: compare ? 2 : 3, barMaxWidth: 28, cursor: "default",
      lineStyle: { width: compare ? 1.5 : 2.25, type: compare ? "dashed" : "solid", color: colour },
      itemStyle: { color: pale ? withAlpha(palette[0], 0.3) : colour, borderRadius: chart.stack ? 0 : chart.across ? [0, 3, 3, 0] : [3, 3, 0, 0] }, emphasis: { focus: "none" },
      areaStyle: chart.kind === "line" && chart.stack ? { color: withAlpha(hue, 0.55) } : chart.kind === "line" && !compare && mains.length === 1
        ? { color: { type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops: [{ offset: 0, color: withAlpha(hue, 0.2) }, { offset: 1, color: withAlpha(hue, 0.01) }] } } : undefined,
      label: chart.across && !compare ? { show: true, position: "right", color: second, fontSize: 11, formatter: ({ value }) => write(value, axis) } : undefined,
      markLine: !compare && chart.mark !== undefined && one === mains[0] ? marks(chart, second) : undefined,
    };
  });
  return {
    animation: moves(), animationDuration: 250, color: palette, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: second },
    grid: { left: 8, right: chart.across ? 52 : 12, top: 34, bottom: 4, containLabel: true },
    legend: { type: chart.series.length > 3 ? "scroll" : "plain", top: 0, right: 0, bottom: "auto", left: chart.series.length > 3 ? 76 : "auto", pageIconColor: second, pageTextStyle: { color: second }, itemWidth: 18, itemHeight: 8, textStyle: { color: second, fontSize: 12 }, data: chart.series.map((one) => one.name) },
    tooltip: {
      trigger: "axis", confine: true, backgroundColor: card, borderColor: line, textStyle: { color: ink, fontSize: 12 }, axisPointer: { type: "line", lineStyle: { color: second, type: "dotted" } },
      formatter: (points) => tooltip(points, chart),
    },
    [chart.across ? "yAxis" : "xAxis"]: {
      type: "category", data: chart.labels, boundaryGap: chart.kind === "bar", inverse: Boolean(chart.across), axisTick: { show: false }, axisLine: { lineStyle: { color: line } },
      axisLabel: { color: second, fontSize: 12, hideOverlap: true, interval: chart.across ? 0 : "auto", margin: 10, ...(chart.across ? { width: small ? 84 : 132, overflow: "truncate" } : {}) }, name: "",
    },
    [chart.across ? "xAxis" : "yAxis"]: {
      type: "value", min: chart.kind === "bar" ? 0 : undefined, max: ({ max }) => highest(max, axis), minInterval: axis.divide === 1 && axis.places === 0 ? 1 : undefined, scale: false, splitNumber: small ? 3 : 4, name: chart.across ? "" : chart.unit ?? "", nameTextStyle: { color: second, fontSize: 12, align: "left", padding: [0, 0, 0, -24] },
      splitLine: { lineStyle: { color: line } }, axisLabel: { color: second, fontSize: 12, formatter: (value) => tick(value, axis) },
    },
    series,
  };
}

// Where an axis ends when not at the next round figure: a share of a whole at the whole.
function highest(max, axis) {
  return axis.suffix === "%" && (max === 0 || (max > 0.75 && max <= 1)) ? 1 : null;
}

function marks(chart, colour) {
  const { at, label } = chart.mark;
  return { silent: true, symbol: "none", lineStyle: { color: colour, type: "dotted", width: 1 }, label: { formatter: label, color: colour, fontSize: 11, position: "insideEndTop" }, data: [{ xAxis: at }] };
}

export const escape = (text) => String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

function tooltip(points, chart) {
  const index = points[0].dataIndex;
  const rows = points.map((point) => {
    const one = chart.series[point.seriesIndex];
    const name = one.labels?.[index] ? `${one.name} · ${one.labels[index]}` : one.name;
    return `<div style="display:flex;gap:16px;justify-content:space-between"><span>${point.marker}${escape(name)}</span><b>${escape(write(one.values[index], chart.axis, true))}</b></div>`;
  });
  return `<div style="margin-bottom:2px">${escape(chart.titles?.[index] ?? chart.labels[index])}</div>${rows.join("")}`;
}
