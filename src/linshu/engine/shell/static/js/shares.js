// Pictures of groups without time: the shares of one whole, and two figures held against each other.

import { colours, escape, moves, tick, token, withAlpha, write } from "./theme.js";

const look = () => {
  const [ink, second, line, card] = ["--ink", "--ink-2", "--line", "--card"].map(token);
  return {
    ink, second, line, card, palette: colours(), small: window.innerWidth < 576,
    base: { animation: moves(), animationDuration: 250, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: second } },
    tip: { confine: true, backgroundColor: card, borderColor: line, textStyle: { color: ink, fontSize: 12 } },
  };
};

const lines = (head, rows) => `<div style="margin-bottom:2px">${escape(head)}</div>${rows.map(([name, value]) => `<div style="display:flex;gap:16px;justify-content:space-between"><span>${escape(name)}</span><b>${escape(value)}</b></div>`).join("")}`;

// A ring: slices in the order of the table, each with its name and share; the whole stands in the middle.
export function pie(chart) {
  const { base, tip, ink, second, line, card, palette, small } = look();
  const [one] = chart.series;
  return {
    ...base, animation: false, color: palette,
    tooltip: { ...tip, trigger: "item", formatter: ({ dataIndex: at }) => lines(chart.titles[at], [[one.name, write(one.values[at], chart.axis, true)], ["", chart.shares[at]]]) },
    title: { show: Boolean(chart.total), text: chart.total, subtext: one.name, left: "center", top: "center", itemGap: 2, textStyle: { color: ink, fontSize: small ? 16 : 20, fontWeight: 600 }, subtextStyle: { color: second, fontSize: 12, width: 110, overflow: "truncate" } },
    series: [{
      type: "pie", name: one.name, radius: small ? ["40%", "60%"] : ["48%", "74%"], startAngle: 90, itemStyle: { borderColor: card, borderWidth: 2 }, emphasis: { scale: false },
      label: { color: ink, fontSize: 12, lineHeight: 16, width: small ? 84 : 150, overflow: "truncate", formatter: ({ dataIndex: at }) => `${chart.titles[at]}\n${chart.shares[at]}` },
      labelLine: { length: 8, length2: 8, lineStyle: { color: line } },
      data: one.values.map((value, at) => ({ name: chart.labels[at], value, itemStyle: at === chart.rest ? { color: withAlpha(second, 0.35) } : undefined })),
    }],
  };
}

// Points: the first figure across, the second up, the third as the area of the point; names beside few.
export function scatter(chart) {
  const { base, tip, ink, second, line, palette, small } = look();
  const [across, up, size] = chart.series;
  const greatest = size ? Math.max(...size.values.map((value) => value ?? 0), 0) : 0;
  const width = (at) => (greatest ? 8 + 32 * Math.sqrt(Math.max(size.values[at] ?? 0, 0) / greatest) : chart.labels.length > 200 ? 6 : 10);
  const [left, right] = [Math.min(...across.values), Math.max(...across.values)];
  const axis = (one, more) => ({
    type: "value", scale: true, name: one.name, nameTextStyle: { color: second, fontSize: 12 }, splitNumber: small ? 3 : 5, axisLine: { show: false }, axisTick: { show: false },
    splitLine: { lineStyle: { color: line } }, axisLabel: { color: second, fontSize: 12, hideOverlap: true, formatter: (value) => tick(value, one.axis) }, ...more,
  });
  return {
    ...base, color: palette,
    grid: { left: 12, right: 24, top: 36, bottom: 30, containLabel: true },
    tooltip: { ...tip, trigger: "item", formatter: ({ dataIndex: at }) => lines(chart.titles[at], chart.series.map((one) => [one.name, write(one.values[at], one.axis, true)])) },
    xAxis: axis(across, { nameLocation: "middle", nameGap: 30 }),
    yAxis: axis(up, { nameTextStyle: { color: second, fontSize: 12, align: "left", padding: [0, 0, 0, -24] } }),
    series: [{
      type: "scatter", data: across.values.map((value, at) => ({ value: [value, up.values[at]], label: { position: right > left && (value - left) / (right - left) > 0.75 ? "left" : "right" } })), symbolSize: (_, { dataIndex: at }) => width(at),
      itemStyle: { color: withAlpha(palette[0], 0.55), borderColor: palette[0], borderWidth: 1 }, emphasis: { scale: false, itemStyle: { color: palette[0] } },
      label: { show: chart.labels.length <= 30, color: ink, fontSize: 11, width: 120, overflow: "truncate", formatter: ({ dataIndex: at }) => chart.labels[at] }, labelLayout: { hideOverlap: true },
    }],
  };
}
