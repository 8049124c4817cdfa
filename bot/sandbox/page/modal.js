/**
 * The form that the app has opened, the top of its stack.
 *
 * What was written stays while the app redraws the view; errors stand under their fields;
 * Escape closes, and the app hears of it.
 */
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { draw, h } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { isOpen } from "./popover.js";
import { app, namesSignature, nameOf, set, state } from "./store.js";
import { reason } from "./toast.js";
import { zone } from "./time.js";
import { language, t } from "./words.js";
import { faults } from "./validity.js";
import { gesture, surface } from "./workspace.js";

const forms = new Map(); // of every view of the stack, so that going back finds what was written
let dialog = null;
let errors = {};
let trouble = null;
let shownId = null;
let shownHash = null;

export const modalView = () => state.boot?.modal?.view ?? (state.boot?.modal?.blocks ? state.boot.modal : null);

export function drawModal() {
  const view = modalView();
  if (!view) return shut();
  if (!dialog) open();
  if (shownHash !== `${view.id} ${view.hash}`) [errors, trouble] = [state.boot.modal.errors ?? {}, null];
  shownHash = `${view.id} ${view.hash}`;
  const plight = trouble ?? (state.boot.modal.trouble ? t("act.late", { app: nameOf(app()) }) : null);
  const scrolled = dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
  const fresh = shownId !== view.id;
  shownId = view.id;
  const changed = draw(dialog, [view.id, view.blocks, view.title, view.submit, view.close, errors, plight, language(), zone(), namesSignature()], () => build(view, plight));
  if (changed && !fresh) dialog.querySelector(".dialog-body").scrollTop = scrolled;
  if (fresh) focusFirst();
  return undefined;
}

function open() {
  dialog = h("dialog", { class: "dialog", "data-testid": "modal", "aria-labelledby": "modal-title", oncancel: (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    if (!isOpen()) leave();
  } });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  dialog?.close();
  dialog?.remove();
  dialog = null;
  shownId = null;
  forms.clear();
}

function focusFirst() {
  const first = dialog.querySelector("[autofocus]") ?? dialog.querySelector(".block-input :is(input, textarea, button.picker)") ?? dialog.querySelector("[data-testid=modal-submit]");
  (first ?? dialog).focus();
}

function build(view, plight) {
  if (!forms.has(view.id)) forms.set(view.id, new Form(view.state?.values));
  const form = forms.get(view.id);
  const place = { ...surface(`view ${view.id}`, { type: "view", view_id: view.id }, form, () => view.blocks), errors };
  return h("form", { class: "dialog-box", novalidate: true, "data-view": view.callback_id, onsubmit: (event) => {
    event.preventDefault();
    submit(view, form);
  } }, heading(view),
  h("div", { class: "dialog-body" }, plight ? h("div", { class: "block-alert is-error", role: "alert" }, icon("warn"), h("span", {}, plight)) : null, blocks(view.blocks, place)),
  foot(view));
}

function heading(view) {
  const back = view.previous_view_id
    ? h("button", { type: "button", class: "icon-button", "aria-label": t("modal.back"), "data-testid": "modal-back", "data-focus": "modal back", onclick: leave }, icon("back"))
    : avatar(app(), 28);
  return h("div", { class: "dialog-head" }, back, h("h2", { class: "dialog-title", id: "modal-title", "data-testid": "modal-title" }, plain(view.title?.text)),
    h("button", { type: "button", class: "icon-button", "aria-label": t("close"), "data-testid": "modal-x", "data-focus": "modal x", onclick: leave }, icon("close")));
}

function foot(view) {
  const close = h("button", { type: "button", class: "button", "data-testid": "modal-close", "data-focus": "modal close", onclick: leave }, view.close ? plain(view.close.text) : t(view.submit ? "cancel" : "close"));
  const submitButton = view.submit ? h("button", { type: "submit", class: "button is-primary", "data-testid": "modal-submit", "data-focus": "modal submit" }, plain(view.submit.text)) : null;
  return h("div", { class: "dialog-foot" }, h("span", { class: "dialog-app" }, nameOf(app())), close, submitButton);
}

function leave() {
  const view = modalView();
  return view && gesture("close", { view_id: view.id });
}

/** Sends the form once: while it is under way its button says so and nothing in it moves. */
async function submit(view, form) {
  const own = faults(view.blocks, form);
  if (Object.keys(own).length) return complain(own);
  if (dialog.hasAttribute("aria-busy")) return undefined;
  const answer = await gesture("submit", { view_id: view.id, callback_id: view.callback_id, values: form.values(view.blocks) }, dialog, { quiet: true });
  if (answer.errors && Object.keys(answer.errors).length) return complain(answer.errors);
  [errors, trouble] = [{}, answer.ok === false ? t("modal.trouble", { error: reason(answer.error) }) : null];
  return set({});
}

function complain(found) {
  [errors, trouble] = [found, null];
  drawModal();
  const first = dialog.querySelector(".has-error");
  first?.scrollIntoView({ block: "nearest" });
  first?.querySelector("input, textarea, button")?.focus();
}
