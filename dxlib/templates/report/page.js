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

  const draw = async (place) => {
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
      draw(entry.target);
    }
  }, { rootMargin: "300px" });
  for (const place of document.querySelectorAll("[data-chart]")) seen.observe(place);

  if (picker) {
    picker.closest("form").hidden = false;
    picker.addEventListener("change", () => { focus = ""; pick(picker.value); });
  }
})();
