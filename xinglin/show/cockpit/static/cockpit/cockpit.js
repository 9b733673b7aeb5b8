/* The slider goes to a night; 交办 fills its dialog; 参观模式 comes home when nobody touches it. */
(() => {
  "use strict";

  const slider = document.querySelector("[data-nights]");
  slider?.addEventListener("change", () => {
    const to = new URL(location.href);
    to.searchParams.set("night", slider.dataset.nights.split(",")[slider.value]);
    location.assign(to);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-matter]");
    if (!button) return;
    const dialog = document.getElementById("assign");
    dialog.querySelector("[name=matter]").value = button.dataset.matter;
    dialog.querySelector("[name=to]").value = button.dataset.to;
    dialog.querySelector("[data-assign-words]").textContent = button.dataset.words;
  }, true);

  const home = document.querySelector("[data-home]")?.dataset.home;
  let idle;
  const touched = () => {
    clearTimeout(idle);
    idle = setTimeout(() => location.assign(home || location.href), home ? 90_000 : 600_000);
  };
  ["pointerdown", "keydown", "touchstart"].forEach((name) => document.addEventListener(name, touched, { passive: true }));
  touched();
})();
