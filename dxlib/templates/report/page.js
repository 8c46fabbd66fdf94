"use strict";
// Charts answer: tooltips, and one agency or field highlighted in all of them. Without this script they stand as drawn.
(() => {
  const specs = JSON.parse(document.getElementById("chart-specs").textContent);
  const picker = document.getElementById("focus");
  const views = [];
  let focus = "";

  const pick = (key) => {
    focus = key === focus ? "" : key;
    if (picker) picker.value = focus;
    for (const view of views) view.signal("focus", focus).runAsync();
  };

  // Vega is held as text until a chart is due: a browser that had to read it first would paint later.
  const start = () => {
    const held = document.getElementById("vega");
    if (!held) return;
    const script = document.createElement("script");
    script.textContent = held.textContent;
    held.remove();
    document.body.append(script); // runs at once; the page's policy knows it by its hash
  };

  const draw = async (place) => {
    start();
    const stage = document.createElement("div");
    const options = { mode: "vega-lite", ast: true, actions: false, renderer: "svg", tooltip: { theme: "custom" } };
    const { view } = await vegaEmbed(stage, specs[place.dataset.chart], options);
    const picture = stage.querySelector("svg");
    picture.setAttribute("aria-hidden", "true");
    place.replaceChildren(stage);
    views.push(view);
    if (focus) view.signal("focus", focus).runAsync();
    view.addEventListener("click", (event, item) => {
      const row = (item && item.datum) || {};
      const key = row.owner || row.pillar;
      if (key) pick(key);
    });
  };

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      setTimeout(draw, 0, entry.target); // after this frame is painted
    }
  }, { rootMargin: "300px" });
  for (const place of document.querySelectorAll("[data-chart]")) seen.observe(place);

  if (picker) {
    picker.closest("form").hidden = false;
    picker.addEventListener("change", () => { focus = ""; pick(picker.value); });
  }
})();
