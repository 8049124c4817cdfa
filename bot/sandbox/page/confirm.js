/** The question before an action that says it wants one. */
import { h } from "./dom.js";
import { plain, textNodes } from "./mrkdwn.js";
import { t } from "./words.js";

/** Resolves to whether the person said yes. Escape and a click outside say no. */
export function confirmed(question) {
  return new Promise((resolve) => {
    const yes = h("button", { class: `button ${question.style === "danger" ? "is-danger" : "is-primary"}`, type: "submit", value: "yes", "data-testid": "confirm-yes" },
      question.confirm ? plain(question.confirm.text) : t("confirm.yes"));
    const no = h("button", { class: "button", type: "submit", value: "no", "data-testid": "confirm-no" }, question.deny ? plain(question.deny.text) : t("confirm.no"));
    const dialog = h("dialog", { class: "dialog dialog-small", "data-testid": "confirm", "aria-labelledby": "confirm-title" },
      h("form", { method: "dialog", class: "dialog-box" },
        h("h2", { class: "dialog-title", id: "confirm-title" }, plain(question.title?.text)),
        h("div", { class: "dialog-body" }, textNodes(question.text)),
        h("div", { class: "dialog-foot" }, no, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.addEventListener("cancel", (event) => event.stopPropagation());
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}
