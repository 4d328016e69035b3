// The one script of kpid's pages. Every number is on the page without it; it
// draws charts, submits filters on change and adds the keys.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  // Formatters that chart data may name; no code travels in data.
  var formatters = {
    number: function (v) { return v.toLocaleString("en-US", { maximumFractionDigits: 4 }); },
    tip: function (points) {
      var lines = [points[0].name];
      points.forEach(function (p) {
        if (p.data && p.data.tip) { lines.push(p.seriesName + "  " + p.data.tip); }
      });
      return lines.join("\n");
    }
  };

  function token(styles, text) {
    return text.replace(/^var\((--[a-z0-9-]+)\)$/, function (all, name) { return styles.getPropertyValue(name).trim(); });
  }

  // bind puts token values and formatters into an option.
  function bind(styles, value) {
    if (typeof value === "string") { return token(styles, value); }
    if (Array.isArray(value)) { return value.map(function (v) { return bind(styles, v); }); }
    if (value === null || typeof value !== "object") { return value; }
    var out = {};
    Object.keys(value).forEach(function (key) {
      var v = value[key];
      if (key === "formatter" && typeof v === "string" && v.slice(0, 3) === "fn:") {
        if (Object.prototype.hasOwnProperty.call(formatters, v.slice(3))) { out[key] = formatters[v.slice(3)]; }
        return;
      }
      out[key] = bind(styles, v);
    });
    return out;
  }

  // A chart that fails leaves the drawing made by the server where it is.
  function draw(box) {
    var drawn = box.parentNode.querySelector(".drawn"), data, chart;
    try {
      data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
      box.hidden = false;
      if (box.dataset.panels === "1") { box.classList.add("one"); }
      chart = window.echarts.init(box, null, { renderer: "svg" });
      var paint = function () { chart.setOption(bind(getComputedStyle(root), data), true); };
      paint();
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
      new ResizeObserver(function () { chart.resize(); }).observe(box);
      drawn.hidden = true;
      box.dataset.ready = "yes";
    } catch (err) {
      box.hidden = true;
      drawn.hidden = false;
    }
  }
  if (window.echarts) { document.querySelectorAll("[data-chart]").forEach(draw); }

  document.querySelectorAll("form.filter select").forEach(function (select) {
    select.addEventListener("change", function () { select.form.requestSubmit(); });
  });

  function go(selector) { var a = document.querySelector(selector); if (a) { a.click(); } }

  // step moves the focus over the KPI links of the scorecard.
  function step(by) {
    var links = Array.from(document.querySelectorAll(".card tbody .c-kpi a"));
    if (!links.length) { return; }
    var at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + by))].focus();
  }

  var typing = /^(INPUT|SELECT|TEXTAREA)$/, leader = false;
  document.addEventListener("keydown", function (e) {
    if (e.key === "Escape" && e.target.id === "find") { e.target.blur(); return; }
    if (root.dataset.keys === "off" || e.ctrlKey || e.metaKey || e.altKey || typing.test(e.target.tagName) || e.target.isContentEditable) { return; }
    var page = leader && /^[a-z]$/.test(e.key) && document.querySelector('[data-go="' + e.key + '"]');
    leader = e.key === "g" && !leader;
    if (page) { page.click(); e.preventDefault(); return; }
    switch (e.key) {
      case "g": break;
      case "j": step(1); break;
      case "k": step(-1); break;
      case "/":
        var field = document.getElementById("find");
        if (field && field.offsetParent) { field.focus(); } else { location.assign("/find"); }
        break;
      case "[": case "]": case "?": go('[data-key="' + e.key + '"]'); break;
      case "1": case "2": case "3": go(".chartpanel > header .tabs a:nth-child(" + e.key + ")"); break;
      case "Escape": go(".crumb li:nth-last-child(2) a"); break;
      default: return;
    }
    e.preventDefault();
  });
})();
