/** Fields to write in and boxes to tick: they keep the form up to date and tell the app when it asked to hear. */
import { h, uniqueId } from "./dom.js";
import { focusName } from "./elements.js";
import { textNodes } from "./mrkdwn.js";
import { epochOf, wallOf } from "./time.js";

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

function described(field) {
  return field ? { id: field.id, "aria-invalid": field.invalid || null, "aria-describedby": `${field.id}-error ${field.id}-hint` } : {};
}

/** A one-line or many-line text; Enter in one line is left to the form. */
export function textField(item, block, place, field) {
  const kept = place.form?.get(block.block_id, item.action_id);
  const many = item.multiline || item.type === "rich_text_input";
  const node = h(many ? "textarea" : "input", {
    ...described(field), class: "text-field", type: many ? null : INPUT_TYPES[item.type], rows: many ? 4 : null,
    inputmode: item.type === "number_input" ? (item.is_decimal_allowed ? "decimal" : "numeric") : null,
    placeholder: item.placeholder?.text, maxlength: item.max_length, autocomplete: "off",
    "aria-label": field ? null : item.placeholder?.text, "aria-required": field && !block.optional ? "true" : null,
    autofocus: item.focus_on_load || null, "data-testid": "text-field", "data-focus": focusName(item, block, place), "data-action": item.action_id,
    oninput: () => {
      keep();
      if (item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered")) place.act(block, item, state(), node);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || !block.dispatch_action || many) return;
      event.preventDefault();
      place.act(block, item, state(), node);
    },
  });
  const state = () => ({ type: item.type, ...written(item, node.value) });
  const keep = () => place.form?.set(block.block_id, item.action_id, state());
  node.value = kept ? textOf(kept) : initialText(item);
  keep();
  return node;
}

const written = (item, text) => (item.type === "rich_text_input"
  ? { rich_text_value: text ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] } : null }
  : { value: text === "" ? null : text });
const textOf = (state) => state.value ?? richWords(state.rich_text_value);
const initialText = (item) => (typeof item.initial_value === "object" ? richWords(item.initial_value) : item.initial_value ?? "");
const richWords = (rich) => (rich?.elements ?? []).flatMap((part) => part.elements ?? []).map((piece) => piece.text ?? "").join("");

const DATES = {
  datepicker: { input: "date", key: "selected_date", initial: "initial_date", read: (text) => text || null, write: (value) => value ?? "" },
  timepicker: { input: "time", key: "selected_time", initial: "initial_time", read: (text) => text || null, write: (value) => value ?? "" },
  datetimepicker: {
    input: "datetime-local", key: "selected_date_time", initial: "initial_date_time",
    read: (text) => (text ? epochOf(text) : null), write: (value) => (value ? wallOf(value) : ""),
  },
};

/** A day, a time or both; a moment is read in the person's own time zone. */
export function dateField(item, block, place, field) {
  const kind = DATES[item.type];
  const kept = place.form?.get(block.block_id, item.action_id);
  const state = () => ({ type: item.type, [kind.key]: kind.read(node.value) });
  const node = h("input", {
    ...described(field), class: "text-field is-date", type: kind.input, "aria-label": field ? null : item.placeholder?.text ?? kind.input,
    "data-testid": "date-field", "data-focus": focusName(item, block, place), "data-action": item.action_id,
    onchange: () => {
      place.form?.set(block.block_id, item.action_id, state());
      place.act(block, item, state(), node);
    },
  });
  node.value = kind.write(kept ? kept[kind.key] : item[kind.initial]);
  place.form?.set(block.block_id, item.action_id, state());
  return node;
}

export function checkboxes(item, block, place, field) {
  const kept = place.form?.get(block.block_id, item.action_id);
  const initial = (kept ? kept.selected_options : item.initial_options) ?? [];
  return boxes({ item, block, place, field, type: "checkbox", chosen: initial.map((option) => option.value),
    state: (ticked) => ({ type: item.type, selected_options: ticked }) });
}

export function radioButtons(item, block, place, field) {
  const kept = place.form?.get(block.block_id, item.action_id);
  const initial = kept ? kept.selected_option : item.initial_option;
  return boxes({ item, block, place, field, type: "radio", chosen: initial ? [initial.value] : [],
    state: (ticked) => ({ type: item.type, selected_option: ticked[0] ?? null }) });
}

function boxes({ item, block, place, field, type, chosen, state }) {
  const name = uniqueId("choice");
  const ticked = () => item.options.filter((_, index) => inputs[index].checked);
  const keep = () => place.form?.set(block.block_id, item.action_id, state(ticked()));
  const inputs = item.options.map((option) => h("input", {
    type, name, checked: chosen.includes(option.value), "data-focus": `${focusName(item, block, place)}${option.value}`, "data-action": item.action_id,
    "aria-describedby": field ? `${field.id}-error` : null,
    onchange: () => {
      keep();
      place.act(block, item, state(ticked()), node);
    },
  }));
  const node = h("div", { class: "boxes", role: type === "radio" ? "radiogroup" : "group", id: field?.id, "aria-labelledby": field ? `${field.id}-label` : null },
    item.options.map((option, index) => h("label", { class: "box" }, inputs[index], h("span", {}, h("span", { class: "box-label" }, textNodes(option.text)),
      option.description ? h("span", { class: "box-hint" }, textNodes(option.description)) : null))));
  keep();
  return node;
}
