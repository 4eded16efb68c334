// Small help for every page. Without it all still works as plain forms and links.
(function () {
  "use strict";
  const body = document.body;

  function announce(text, kind) {
    const place = document.getElementById("messages");
    if (!place) return;
    const notice = document.createElement("div");
    notice.className = "notice notice--" + kind;
    notice.textContent = text;
    place.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  // Menus and confirmations close by Escape and by a click elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details[data-closes][open]").forEach((menu) => {
      if (except && menu.contains(except)) return;
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside && !except) menu.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
  });

  // One send per form: a second Enter or click on a slow line does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if (form.classList.contains("is-sent")) return event.preventDefault();
    form.classList.add("is-sent");
    body.classList.add("is-waiting");
  });
  window.addEventListener("pageshow", () => {
    body.classList.remove("is-waiting");
    document.querySelectorAll(".is-sent").forEach((form) => form.classList.remove("is-sent"));
  });

  function copy(button) {
    const code = button.closest(".code").querySelector("pre");
    navigator.clipboard.writeText(code.textContent).then(() => {
      document.getElementById("live").textContent = body.dataset.copied;
      button.lastChild.textContent = body.dataset.copied;
    });
  }

  // What a page or a swapped part needs: keyboard access to wide tables, copying, focus on errors.
  function prepare(root) {
    root.querySelectorAll(".table-wrap").forEach((box) => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    });
    root.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = !navigator.clipboard;
      button.onclick = () => copy(button);
    });
    const summary = root.querySelector(".error-summary");
    if (summary) summary.focus();
  }
  prepare(document);

  body.addEventListener("htmx:beforeRequest", () => body.classList.add("is-waiting"));
  body.addEventListener("htmx:afterRequest", () => body.classList.remove("is-waiting"));
  body.addEventListener("htmx:sendError", () => announce(body.dataset.lost, "bad"));
  body.addEventListener("htmx:timeout", () => announce(body.dataset.lost, "bad"));
  body.addEventListener("htmx:responseError", () => announce(body.dataset.failed, "bad"));
  body.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
})();
