/* Charts. <div data-chart="id-of-script"> beside <script type="application/json" id="...">: an ECharts option in which
   "token:NAME" is a colour of the theme and "format:NAME" a way to write numbers. A point with `href` is a link. */
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { forEach, language } from "./dom.js";
import { tokenColour } from "./theme.js";

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, HeatmapChart, LegendComponent, LineChart, MarkAreaComponent, MarkLineComponent, MarkPointComponent, ScatterChart, TooltipComponent, VisualMapComponent]);

const FONT = '"IBM Plex Sans Thai", "Noto Sans Thai", sans-serif';
const charts = new Map();

const number = (value, options) => new Intl.NumberFormat("en-US", options).format(value);
const compact = (value) => {
  const size = Math.abs(value);
  const thai = language() === "th";
  if (size >= 1e6) return `${number(value / 1e6, { maximumFractionDigits: 1 })}${thai ? " ล." : " M"}`;
  if (size >= 1e4) return `${number(value / 1e3, { maximumFractionDigits: 0 })}${thai ? " พัน" : " k"}`;
  return number(value, { maximumFractionDigits: 0 });
};
const formats = {
  number: (value) => number(value, { maximumFractionDigits: 0 }),
  decimal: (value) => number(value, { maximumFractionDigits: 1 }),
  baht: (value) => `฿${number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`,
  baht_round: (value) => `฿${compact(value)}`,
  compact,
  percent: (value) => `${number(value, { maximumFractionDigits: 1 })}%`,
  share: (value) => `${number(value * 100, { maximumFractionDigits: 1 })}%`,
};
const last = (value) => (Array.isArray(value) ? value.at(-1) : value);

function resolve(node, colour, key = "") {
  if (typeof node === "string") {
    if (node.startsWith("token:")) return colour(node.slice(6));
    if (node.startsWith("format:")) {
      const write = formats[node.slice(7)] ?? String;
      if (key === "valueFormatter") return (value) => (value == null ? "—" : write(last(value)));
      return (given) => {
        const value = typeof given === "object" ? last(given.value?.value ?? given.value) : given;
        return value == null || value === "-" ? "—" : write(Number(value));
      };
    }
    return node;
  }
  if (Array.isArray(node)) return node.map((item) => resolve(item, colour));
  if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, resolve(item, colour, name)]));
  return node;
}

function themed(option, colour) {
  const label = { color: colour("ink3"), fontFamily: FONT, fontSize: 12 };
  const axis = (given, isValue) => ({
    axisLine: { show: !isValue, lineStyle: { color: colour("line") } },
    axisTick: { show: false },
    splitLine: { show: isValue, lineStyle: { color: colour("line2") } },
    nameTextStyle: label,
    ...given,
    axisLabel: { ...label, ...(given?.data?.length <= 8 ? { interval: 0 } : { hideOverlap: true }), ...given?.axisLabel },
  });
  const axes = (given) => {
    const one = (item) => axis(item, (item?.type ?? "value") === "value");
    return Array.isArray(given) ? given.map(one) : given && one(given);
  };
  return {
    color: ["accent", "teal", "amber", "sky", "rose", "green", "orange", "slate"].map(colour),
    backgroundColor: "transparent",
    animationDuration: 250,
    grid: { left: 4, right: 8, top: 16, bottom: 4, containLabel: true, ...option.grid },
    ...option,
    textStyle: { fontFamily: FONT, color: colour("ink2"), ...option.textStyle },
    ...(option.legend && { legend: { textStyle: label, itemWidth: 10, itemHeight: 10, icon: "roundRect", ...option.legend } }),
    xAxis: axes(option.xAxis),
    yAxis: axes(option.yAxis),
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("raised"),
      borderColor: colour("line"),
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { fontFamily: FONT, fontSize: 12.5, lineHeight: 20, color: colour("ink") },
      axisPointer: { lineStyle: { color: colour("ctl") }, shadowStyle: { color: colour("hover"), opacity: 0.6 } },
      ...option.tooltip,
    },
    aria: { enabled: false },
  };
}

function draw(element) {
  const source = document.getElementById(element.dataset.chart);
  if (!source) return;
  const raw = JSON.parse(source.textContent);
  const known = new Map();
  const colour = (name) => {
    if (!known.has(name)) known.set(name, tokenColour(name, element.parentElement));
    return known.get(name);
  };
  let chart = charts.get(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "canvas" });
    charts.set(element, chart);
    chart.on("click", (event) => {
      const href = event.data?.href ?? element.dataset.href;
      if (href) location.assign(href);
    });
    new ResizeObserver(() => {
      if (element.clientWidth && element.clientHeight) chart.resize();
    }).observe(element);
  }
  chart.setOption(resolve(themed(raw, colour), colour), { notMerge: true });
  element.dataset.drawn = "1";
}

/* Drawn once the Thai font is there, or labels are measured with another one. */
document.fonts.load(`12px ${FONT}`, "กA1").finally(() => forEach("[data-chart]", draw));
document.addEventListener("samphan:theme", () => {
  for (const [element, chart] of charts) {
    if (element.isConnected) draw(element);
    else {
      chart.dispose();
      charts.delete(element);
    }
  }
});
