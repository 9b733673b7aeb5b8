/* 1, 2, 3 decide the pair one stands in; "all" ticks what is sure. No state. */
(() => {
  "use strict";

  const typing = (el) => el.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (!["1", "2", "3"].includes(event.key)) return;
    const pair = document.activeElement.closest("[data-pair]") || document.querySelector("[data-pair].x-here");
    pair?.querySelector(`[data-verdict="${event.key}"]`)?.click();
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-all]")) return;
    document.querySelectorAll("input[name=pick]").forEach((box) => { box.checked = event.target.checked; });
  });
})();
