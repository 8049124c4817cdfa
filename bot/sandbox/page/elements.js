/** Block Kit's elements: which function draws which, and the buttons. */
import { picture } from "./blocks.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { checkboxes, dateField, radioButtons, textField } from "./fields.js";
import { icon } from "./icons.js";
import { plain, textNodes, wordsOf } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { menu } from "./popover.js";
import { t } from "./words.js";

const FAMILIES = [
  [/^(icon_|workflow_)?button$/, button],
  [/^overflow$/, overflow],
  [/^(multi_)?(static|external|users|conversations|channels)_select$/, picker],
  [/^(plain_text|email_text|url_text|number|rich_text)_input$/, textField],
  [/^(date|time|datetime)picker$/, dateField],
  [/^checkboxes$/, checkboxes],
  [/^radio_buttons$/, radioButtons],
  [/^image$/, (item) => picture(item, "accessory-image")],
];

/** Draws one element. `field` = `{id, invalid, label}` when it stands in an input block. */
export function element(item, block, place, field = null) {
  const family = FAMILIES.find(([pattern]) => pattern.test(item?.type));
  return family ? family[1](item, block, place, field) : h("span", { class: "muted" }, `${t("message.unsupported")} (${item?.type})`);
}

/** The name by which the focus finds an element again after a redraw. */
export const focusName = (item, block, place) => `${place.name}/${block.block_id}/${item.action_id}/${item.value ?? ""}`;

function button(item, block, place) {
  const attributes = {
    class: `button${item.style ? ` is-${item.style}` : ""}`,
    "aria-label": item.accessibility_label ?? null,
    "data-testid": "block-button",
    "data-action": item.action_id,
    "data-focus": focusName(item, block, place),
    onclick: (event) => press(event, item, block, place),
  };
  if (item.url) return h("a", { ...attributes, href: /^(https?:|mailto:|tel:|\/)/i.test(item.url) ? item.url : null, target: "_blank", rel: "noopener noreferrer" }, plain(item.text?.text));
  return h("button", { ...attributes, type: "button" }, plain(item.text?.text));
}

async function press(event, item, block, place) {
  const node = event.currentTarget;
  if (node.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (item.confirm && !item.url && !(await confirmed(item.confirm))) return undefined;
  return place.act(block, item, { type: "button", value: item.value, text: item.text }, node);
}

function overflow(item, block, place) {
  const choose = async (option) => {
    if (item.confirm && !(await confirmed(item.confirm))) return;
    if (option.url) open(option.url, "_blank", "noopener");
    place.act(block, item, { type: "overflow", selected_option: option }, node);
  };
  const items = () => item.options.map((option) => ({
    label: textNodes(option.text), hint: option.description ? wordsOf(option.description.text) : null, chosen: () => choose(option),
  }));
  const node = h("button", {
    class: "button is-square", type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("more"),
    "data-testid": "block-overflow", "data-action": item.action_id, "data-focus": focusName(item, block, place),
    onclick: () => menu(node, items(), { label: t("more") }),
  }, icon("more"));
  return node;
}
