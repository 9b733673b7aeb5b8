/* Keyboard, scanner, and small manners of every page. No state; works on what HTMX brings later. */
(() => {
  "use strict";

  const typing = (el) => el.matches("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")].filter((r) => r.offsetParent);

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((r) => r.classList.contains("x-here"));
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all.forEach((r, i) => r.classList.toggle("x-here", i === to));
    const target = all[to].querySelector("a[href], button") || all[to];
    target.focus({ preventScroll: true });
    all[to].scrollIntoView({ block: "nearest" });
  }

  function save(event) {
    const form = document.activeElement.closest("form[data-save]") || document.querySelector("form[data-save]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return save(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "Enter" && event.target === document.body) {
      document.querySelector("[data-row].x-here a[href], [data-row].x-here button")?.click();
    } else if (event.key === "/") {
      const box = document.querySelector("[data-search]");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
  });

  document.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest(`[${name}]`);
    const account = hit("data-fill-username");
    if (account) fill(account);
    const opener = hit("data-open");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    hit("data-close")?.closest("dialog")?.close();
    if (hit("data-print")) window.print();
    document.querySelectorAll("details.x-reader[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  function fill(account) {
    document.getElementById("id_username").value = account.dataset.fillUsername;
    document.getElementById("id_password").value = account.dataset.fillPassword;
    document.querySelector("#sign-in button[type=submit]").focus();
  }

  // On paper, a folded table is open.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("main details:not([open])")];
    folded.forEach((d) => { d.open = true; });
  });
  window.addEventListener("afterprint", () => folded.forEach((d) => { d.open = false; }));
})();
