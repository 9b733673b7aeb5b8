/* Draws the charts that charts.py declares. ECharts is fetched only when a page has a chart. */
(() => {
  "use strict";

  const css = (el, name) => getComputedStyle(el).getPropertyValue(name).trim();
  let library;

  function echartsReady() {
    library ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = document.documentElement.dataset.echarts;
      script.onload = () => done(window.echarts);
      script.onerror = failed;
      document.head.append(script);
    });
    return library;
  }

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.beginPath();
    for (const shift of [-8, 0, 8]) { pen.moveTo(shift, 8); pen.lineTo(shift + 8, 0); }
    pen.stroke();
    return { image: tile, repeat: "repeat" };
  }

  const said = (value, unit) => (value == null ? "—" : `${unit === "%" ? value.toFixed(1) : Number(value.toFixed(1))}${unit}`);

  function seriesOf(spec, row, look) {
    const colour = row.past ? look.past : look.accent;
    const bars = spec.kind === "bars";
    const data = row.values.map((value, i) => (
      bars && spec.incomplete.includes(spec.labels[i])
        ? { value, itemStyle: { color: hatch(colour), borderColor: colour, borderWidth: 1 } }
        : value));
    const common = { name: row.name, data, z: row.past ? 2 : 3, emphasis: { disabled: true } };
    if (bars) {
      return { ...common, type: "bar", barMaxWidth: 24, itemStyle: { color: colour },
        label: { show: !row.past, position: spec.labels.length > 8 ? "right" : "top", color: look.ink, backgroundColor: look.paper, padding: [1, 2], formatter: (p) => said(p.value, spec.unit) } };
    }
    // Readings of a person lie where they lie in time: half a year without one is half a year wide.
    const placed = (values) => (spec.days.length ? values.map((v, i) => [spec.days[i], v]) : values);
    const whole = row.past ? data : data.map((v, i) => (spec.incomplete.includes(spec.labels[i]) ? null : v));
    return { ...common, data: placed(whole), type: "line", symbol: "circle", symbolSize: row.past ? 0 : 6, showSymbol: !row.past, connectNulls: false,
      lineStyle: { color: colour, width: row.past ? 1.5 : 2 }, itemStyle: { color: colour },
      endLabel: { show: !row.named, formatter: row.name, color: row.past ? look.quiet : colour, distance: 8 },
      labelLayout: { moveOverlap: "shiftY" } };
  }

  function incompleteBand(spec, look) {
    const paint = { color: hatch(look.hatch) };
    return { name: "incomplete", type: "bar", yAxisIndex: 1, barWidth: "100%", silent: true, z: 1, animation: false,
      itemStyle: paint, tooltip: { show: false },
      label: { show: true, position: "insideBottom", color: look.quiet, formatter: "未齐", fontSize: 12 },
      labelLayout: { hideOverlap: true },
      data: spec.labels.map((l) => (spec.incomplete.includes(l) ? 1 : null)) };
  }

  // Months that are not whole: dashed from the last whole one, hollow points.
  function unfinished(spec, row, look) {
    const open = spec.labels.map((l) => spec.incomplete.includes(l));
    const data = row.values.map((v, i) => (open[i] || open[i + 1] ? v : null));
    return { name: `${row.name}（未齐）`, type: "line", data, z: 3, silent: true, emphasis: { disabled: true }, symbol: "emptyCircle",
      endLabel: { show: row.named, formatter: row.name, color: look.accent, distance: 8 },
      symbolSize: (_v, p) => (open[p.dataIndex] ? 6 : 0), lineStyle: { color: look.accent, width: 1.5, type: "dashed" }, itemStyle: { color: look.accent } };
  }

  function targetLine(spec, look) {
    return { silent: true, symbol: "none", animation: false, z: 2, lineStyle: { color: look.ink, width: 1, type: "solid", opacity: 0.6 },
      label: { formatter: spec.target.name, position: spec.sideways ? "start" : "insideStartTop", color: look.ink },
      data: [spec.sideways ? { xAxis: spec.target.value } : { yAxis: spec.target.value }] };
  }

  function words(spec) {
    return (points) => {
      const value = (p) => (Array.isArray(p.value) ? p.value[1] : p.value);
      const shown = points.filter((p) => p.seriesName !== "incomplete" && value(p) != null && !(p.seriesName.endsWith("（未齐）") && !spec.incomplete.includes(p.axisValue)));
      const label = spec.days.length ? spec.labels[points[0].dataIndex] : points[0].axisValue;
      const head = `${label}${spec.incomplete.includes(points[0].axisValue) ? "（数据未齐）" : ""}`;
      return [head, ...shown.map((p) => `${p.seriesName}  ${said(value(p), spec.unit)}`)].join("\n");
    };
  }

  function optionOf(spec, el) {
    const look = { accent: css(el, "--x-accent"), ink: css(el, "--x-ink"), quiet: css(el, "--x-quiet"), line: css(el, "--x-field"), rule: css(el, "--x-line"), paper: css(el, "--x-paper"), past: css(el, "--x-field"), hatch: css(el, "--x-hatch") };
    const sideways = spec.sideways;
    const label = { color: look.quiet, fontSize: 12 };
    const names = { type: "category", data: spec.labels, inverse: sideways, axisTick: { show: false }, axisLine: { lineStyle: { color: look.rule } }, axisLabel: { ...label, hideOverlap: true } };
    const days = { type: "time", minInterval: 28 * 24 * 3600 * 1000, axisTick: { show: false }, axisLine: names.axisLine, splitLine: { show: false }, axisLabel: { ...label, formatter: "{yy}/{M}", hideOverlap: true } };
    const values = { type: "value", name: spec.unit && !sideways ? spec.unit : "", nameTextStyle: { ...label, align: "right" }, scale: spec.kind === "line", splitNumber: 4, splitLine: { show: !sideways, lineStyle: { color: look.rule } }, axisLabel: { ...label, show: !sideways } };
    const hidden = { type: "value", min: 0, max: 1, show: false };
    // A line that ends in an unfinished month is named there, not on top of its own dashes.
    spec.series.forEach((row) => { row.named = !row.past && spec.labels.some((l, i) => spec.incomplete.includes(l) && row.values[i] != null); });
    const series = spec.series.map((row) => seriesOf(spec, row, look));
    if (spec.kind === "line" && !spec.days.length) series.push(...spec.series.filter((row) => !row.past).map((row) => unfinished(spec, row, look)));
    if (spec.target && series.length) series[0].markLine = targetLine(spec, look);
    if (spec.kind === "line" && spec.incomplete.length) series.push(incompleteBand(spec, look));
    return { animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: spec.kind === "line" ? 72 : 48, top: 36, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: { trigger: "axis", renderMode: "richText", formatter: words(spec), backgroundColor: look.paper, borderColor: look.rule, textStyle: { color: look.ink, fontSize: 13 }, axisPointer: { type: "line", lineStyle: { color: look.quiet } } },
      xAxis: sideways ? values : spec.days.length ? days : names, yAxis: sideways ? names : [values, hidden], series };
  }

  async function draw(el) {
    if (el.dataset.drawn) return;
    el.dataset.drawn = "1";
    const spec = JSON.parse(document.getElementById(el.dataset.chart).textContent);
    spec.sideways = spec.kind === "bars" && spec.labels.length > 8;
    if (spec.sideways) el.classList.add(`x-rows-${Math.min(40, Math.ceil(spec.labels.length / 4) * 4)}`);
    const echarts = await echartsReady();
    const picture = echarts.init(el, null, { renderer: "canvas" });
    picture.setOption(optionOf(spec, el));
    if (spec.links.length) picture.on("click", (p) => { if (spec.links[p.dataIndex]) location.assign(spec.links[p.dataIndex]); });
    new ResizeObserver(() => picture.resize()).observe(el);
  }

  const drawAll = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
})();
