/* The Word desk: files dropped into their field, switches remembered in this browser. No inline code. */
(() => {
  "use strict";
  const KEY = "xinglin-report-rules-off";

  const off = () => { try { return new Set(JSON.parse(localStorage.getItem(KEY) || "[]")); } catch { return new Set(); } };
  function remember(code, on) {
    const codes = off();
    if (on) codes.delete(code); else codes.add(code);
    try { localStorage.setItem(KEY, JSON.stringify([...codes])); } catch { /* storage shut: the switch holds for this page */ }
  }

  function switches() {
    const codes = off();
    for (const box of document.querySelectorAll("[data-switch], #desk input[name=rule]")) {
      const code = box.dataset.switch || box.value;
      box.checked = !codes.has(code);
      box.addEventListener("change", () => remember(code, box.checked));
    }
  }

  function said(name) {
    const place = document.querySelector(`[data-said="${name}"]`);
    const files = document.getElementById(name).files;
    if (place) place.textContent = files.length > 1 ? `已选 ${files.length} 个文件` : files.length ? `已选 ${files[0].name}` : "";
  }

  function drop(zone) {
    const name = zone.dataset.drop;
    const field = document.getElementById(name);
    field.addEventListener("change", () => said(name));
    for (const kind of ["dragover", "dragenter"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("r-over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("r-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("r-over");
      if (!event.dataTransfer.files.length) return;
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      if (name === "report") document.querySelector("#desk [hx-post]").click();
    });
  }

  // What is said of rows on this page goes along with every request, and is lost with the page.
  const MEMORY = "xinglin-report-rows";
  let told = {};

  function tell(event) {
    const { told: row, field } = event.target.dataset;
    if (!row) return;
    (told[row] ||= {})[field] = event.target.value;
    document.getElementById("told").value = JSON.stringify(told);
    if (field === "chosen") {  // another value than the office's needs its reason before anything is written
      const reason = document.querySelector(`[data-told="${CSS.escape(row)}"][data-field="note"]`);
      if (reason) reason.required = event.target.value !== "科室";
    }
  }

  function forgetTold() {
    told = {};
    document.getElementById("told").value = "";
  }

  // Before there is a county this browser remembers what a person asked it to; else the county does.
  function memory() {
    try { return JSON.parse(localStorage.getItem(MEMORY) || "{}"); } catch { return {}; }
  }

  function bring() {
    const field = document.getElementById("memory");
    if (field && !("county" in document.getElementById("desk").dataset)) field.value = JSON.stringify(memory());
  }

  function keep(answer) {
    const kept = answer.querySelector("[data-memory]");
    const gone = answer.querySelector("[data-forget]");
    try {
      if (gone) localStorage.removeItem(MEMORY);
      if (kept) {
        const all = memory();
        for (const [key, fields] of Object.entries(JSON.parse(kept.dataset.memory))) all[key] = { ...all[key], ...fields };
        localStorage.setItem(MEMORY, JSON.stringify(all));
      }
    } catch { /* storage shut: nothing is remembered */ }
    if (gone) forgetTold();
    bring();
  }

  document.addEventListener("DOMContentLoaded", () => {
    switches();
    if (!document.getElementById("desk")) return;
    bring();
    document.body.addEventListener("input", tell);
    document.body.addEventListener("change", tell);
    for (const id of ["report", "pasted"]) document.getElementById(id).addEventListener("change", forgetTold);
    document.querySelectorAll("[data-drop]").forEach(drop);
    document.body.addEventListener("htmx:afterSwap", (event) => {
      if (event.target.id === "remembered") keep(event.target);
      if (event.target.id !== "answer") return;
      document.getElementById("problem").replaceChildren();
      event.target.focus({ preventScroll: true });
      event.target.scrollIntoView({ block: "start" });
    });
  });
})();
