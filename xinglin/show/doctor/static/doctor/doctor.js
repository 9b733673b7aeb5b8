/* Drafts that survive a lost page or session, 其余均无, ranges asked again, picking many. No inline code. */
(() => {
  "use strict";

  const PREFIX = "xinglin-draft:";
  const KEPT = 7 * 24 * 3600 * 1000; // a draft on a shared machine does not stay for ever
  const form = () => document.querySelector("form[data-draft]");
  const own = (name) => name.startsWith("_") && !["_day", "_by", "_place", "_reason"].includes(name);

  function typed(box) {
    const found = {};
    new FormData(box).forEach((value, name) => {
      if (name !== "csrfmiddlewaretoken" && !own(name) && value !== "") found[name] = value;
    });
    return found;
  }

  const starts = new WeakMap();

  function keep(box) {
    const now = typed(box);
    if (JSON.stringify(now) === starts.get(box)) return;
    try { localStorage.setItem(PREFIX + box.dataset.draft, JSON.stringify({ at: Date.now(), values: now })); } catch { /* storage full or shut: the form itself still holds */ }
  }

  function restore(box) {
    starts.set(box, JSON.stringify(typed(box)));
    if (box.querySelector("[aria-invalid=true], [data-focus]")) return;
    const text = localStorage.getItem(PREFIX + box.dataset.draft);
    if (!text) return;
    const draft = JSON.parse(text);
    for (const [name, value] of Object.entries(draft.values)) {
      for (const field of box.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
        else field.value = value;
      }
    }
    document.getElementById("d-draft")?.removeAttribute("hidden");
  }

  function forgetOld() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      try { if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEPT) localStorage.removeItem(key); } catch { localStorage.removeItem(key); }
    }
  }

  function drop(key) { localStorage.removeItem(PREFIX + key); }

  // Numbers as hands type them: full-width digits, a Chinese stop.
  const read = (text) => Number(text.normalize("NFKC").trim().replace("。", "."));

  function ask(field) {
    const place = document.getElementById(field.getAttribute("aria-describedby"));
    if (!place || field.dataset.low === undefined) return;
    const { low, high, title, unit } = field.dataset;
    const value = read(field.value);
    const wrong = field.value.trim() !== "" && !(value >= Number(low) && value <= Number(high));
    field.toggleAttribute("aria-invalid", false);
    if (wrong) field.setAttribute("aria-invalid", "true");
    const line = field.closest(".x-field");
    const bad = [...line.querySelectorAll("[aria-invalid=true]")];
    place.textContent = bad.map((f) => `${f.dataset.title} ${f.value} ${document.documentElement.lang === "en" ? "is outside" : "不在"} ${Number(f.dataset.low)}–${Number(f.dataset.high)} ${f.dataset.unit}${document.documentElement.lang === "en" ? ": please measure again or check" : " 之内。请再测一次或核对"}`).join("；");
  }

  function noneOfRest(part) {
    const left = [...part.querySelectorAll(".d-yesno")].filter((q) => !q.querySelector(":checked"));
    left.forEach((q) => { q.querySelector("input[value=no]").checked = true; });
    part.dispatchEvent(new Event("change", { bubbles: true }));
    const next = part.nextElementSibling?.querySelector("input, textarea, select, button");
    if (next) next.focus();
  }

  function pickAll(box) {
    const list = box.closest("ul") || box.form; // 全选 is of its own list, not of the next programme's
    list.querySelectorAll(`input[type=checkbox][name="${box.dataset.all}"]`).forEach((c) => { c.checked = box.checked; });
    count(box.closest("form"));
  }

  function count(list) {
    const place = list?.querySelector("[data-picked]");
    if (place) place.textContent = list.querySelectorAll("input[type=checkbox][name]:checked").length;
  }

  document.addEventListener("DOMContentLoaded", () => {
    forgetOld();
    const box = form();
    if (box) restore(box);
    document.querySelectorAll("[data-draft-done]").forEach((e) => drop(e.dataset.draftDone));
    document.querySelector("[data-focus]")?.focus();
    document.querySelectorAll("form").forEach(count);
  });

  document.addEventListener("input", (event) => {
    const box = event.target.closest("form[data-draft]");
    if (box) keep(box);
    if (event.target.getAttribute("aria-invalid") === "true") ask(event.target);
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("form[data-draft]");
    if (box) keep(box);
    if (event.target.dataset?.low !== undefined) ask(event.target);
    if (event.target.dataset?.all) pickAll(event.target);
    else if (event.target.type === "checkbox") count(event.target.closest("form"));
    if (event.target.dataset?.go !== undefined) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const none = event.target.closest("[data-none]");
    if (none) noneOfRest(none.closest("fieldset"));
    if (event.target.closest("[data-draft-drop]")) { drop(form().dataset.draft); location.reload(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey && event.key.toLowerCase() === "n" && !event.isComposing) {
      const part = (document.activeElement.closest("fieldset[data-part]") || document).querySelector("[data-none]")?.closest("fieldset") || document.querySelector("[data-none]")?.closest("fieldset");
      if (part) { event.preventDefault(); noneOfRest(part); }
    }
    // Enter in a number goes on to the next field, as scanners and key pads expect; it never saves half a visit.
    if (event.key === "Enter" && event.target.matches("form[data-draft] input:not([type=radio])")) {
      event.preventDefault();
      const all = [...event.target.form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter((e) => e.offsetParent);
      all[all.indexOf(event.target) + 1]?.focus();
    }
  });
})();
