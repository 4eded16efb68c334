// Keys of a page: any element with data-key="F9" (or "Ctrl+Enter", "Alt+N") is reached by that key.
// A field takes the focus, a button or link is pressed. F1 lists the keys of the page.
(function () {
  "use strict";

  function comboOf(event) {
    const name = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    return (event.ctrlKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") +
      (event.shiftKey && name.length > 1 ? "Shift+" : "") + name;
  }

  function isReachable(element) {
    return !element.disabled && element.getClientRects().length > 0;
  }

  function keyed() {
    return Array.from(document.querySelectorAll("[data-key]")).filter(isReachable);
  }

  function use(element) {
    if (element.matches("input:not([type=submit]), select, textarea")) {
      element.focus();
      if (element.select) element.select();
    } else {
      element.click();
    }
  }

  function labelOf(element) {
    const label = element.labels && element.labels[0];
    const copy = (label || element).cloneNode(true);
    copy.querySelectorAll("kbd, svg").forEach((part) => part.remove());
    return (element.getAttribute("aria-label") || copy.textContent).trim();
  }

  function line(key, text) {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const meaning = document.createElement("dd");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
    meaning.textContent = text;
    row.append(term, meaning);
    return row;
  }

  function showKeys() {
    const dialog = document.getElementById("keys");
    if (!dialog || dialog.open) return;
    const list = dialog.querySelector("dl");
    list.querySelectorAll("[data-own]").forEach((row) => row.remove());
    keyed().reverse().forEach((element) => {
      const row = line(element.dataset.key, labelOf(element));
      row.dataset.own = "";
      list.prepend(row);
    });
    dialog.showModal();
  }

  // In a list: up and down walk the rows, Enter opens the row as any link does.
  function walk(event) {
    const row = document.activeElement && document.activeElement.closest(".row-link");
    if (!row) return;
    const links = Array.from(row.closest("table").querySelectorAll(".row-link"));
    const next = links[links.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat && event.key.startsWith("F")) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return walk(event);
    const combo = comboOf(event);
    if (combo === "F1") {
      event.preventDefault();
      return showKeys();
    }
    const element = document.querySelector("dialog[open]") ? null
      : keyed().find((candidate) => candidate.dataset.key === combo);
    if (!element) return;
    event.preventDefault();
    use(element);
  });

  document.querySelectorAll("[data-keys-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  });
})();
