/** A sentence that appears, is read aloud and goes away by itself or at a click. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { app, nameOf } from "./store.js";
import { t } from "./words.js";

const STAYS = 7000;
const region = () => document.getElementById("toasts");

export function toast(text, { kind = "info" } = {}) {
  const node = h("div", { class: `toast is-${kind}`, "data-testid": "toast" }, icon(kind === "error" ? "warn" : "info"), h("span", {}, text),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), onclick: () => drop(node) }, icon("close", 15)));
  region().append(node);
  region().hidePopover();
  region().showPopover(); // above an open dialog, too
  setTimeout(() => drop(node), STAYS);
}

function drop(node) {
  node.remove();
  if (!region().childElementCount) region().hidePopover();
}

/** What an error of the workspace means to a person. */
export function reason(error) {
  const known = t(`error.${error}`);
  return known === `error.${error}` ? error : known;
}

export function toastFailure(error) {
  const late = /timeout|late/.test(error ?? "");
  toast(late ? t("act.late", { app: nameOf(app()) }) : t("act.failed", { error: reason(error) }), { kind: "error" });
}
