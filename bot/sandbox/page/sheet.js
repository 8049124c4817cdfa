/** Something to read over the page: a canvas, a mail as it was sent. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

export function sheet(title, content) {
  const dialog = h("dialog", { class: "dialog dialog-wide", "aria-label": title, "data-testid": "sheet", onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close() },
    h("div", { class: "dialog-box" },
      h("div", { class: "dialog-head" }, h("h2", { class: "dialog-title" }, title), h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close"))),
      h("div", { class: "dialog-body" }, content)));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
