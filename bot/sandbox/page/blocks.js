/**
 * Block Kit, drawn: one function per block.
 *
 * `place` says where the blocks stand and how their elements speak:
 * `{name, form, act(block, element, fields, node), suggest(block, element, query), errors}`.
 */
import { h, uniqueId } from "./dom.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { link } from "./mentions.js";
import { markdown } from "./markdown.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richText } from "./richtext.js";
import { t } from "./words.js";

export function blocks(list, place) {
  return h("div", { class: "blocks" }, (list ?? []).map((block, index) => draw(block, place, index)));
}

function draw(block, place, index) {
  const named = block.block_id ? block : { ...block, block_id: `block-${index}` };
  const build = BLOCKS[named.type] ?? unsupported;
  const node = build(named, place);
  node.dataset.block = named.block_id;
  return node;
}

const unsupported = (block) => h("p", { class: "block muted" }, `${t("message.unsupported")} (${block.type})`);

const BLOCKS = {
  header: (block) => h("h3", { class: "block block-header" }, plain(block.text?.text)),
  divider: () => h("hr", { class: "block block-divider" }),
  section,
  context: (block) => h("div", { class: "block block-context" }, (block.elements ?? []).map(contextItem)),
  actions: (block, place) => h("div", { class: "block block-actions" }, (block.elements ?? []).map((item) => element(item, block, place))),
  context_actions: (block, place) => BLOCKS.actions(block, place),
  input,
  image,
  rich_text: (block) => h("div", { class: "block" }, richText(block)),
  markdown: (block) => h("div", { class: "block" }, markdown(block.text)),
  table,
  alert,
  video: (block) => h("div", { class: "block" }, link(block.title_url || block.video_url, block.title?.text)),
  file: (block) => h("p", { class: "block muted" }, block.external_id ?? ""),
};

function section(block, place) {
  const body = h("div", { class: "section-body" },
    block.text ? h("div", { class: "section-text" }, textNodes(block.text)) : null,
    block.fields?.length ? h("div", { class: "section-fields" }, block.fields.map((field) => h("div", { class: "section-field" }, textNodes(field)))) : null);
  const accessory = block.accessory ? h("div", { class: "section-accessory" }, element(block.accessory, block, place)) : null;
  return h("div", { class: "block block-section" }, body, accessory);
}

function contextItem(item) {
  return item.type === "image" ? picture(item, "context-image") : h("span", { class: "context-text" }, textNodes(item));
}

function image(block) {
  const title = block.title ? h("figcaption", {}, plain(block.title.text)) : null;
  return h("figure", { class: "block block-image" }, title, picture(block, "image"));
}

export function picture(source, className) {
  const address = source.image_url || source.slack_file?.url || "";
  const alt = source.alt_text || "";
  if (!/^(https?:|data:image\/|\/)/.test(address)) return h("span", { class: "muted" }, alt);
  return h("img", { class: className, src: address, alt, loading: "lazy", onerror: (event) => event.target.replaceWith(h("span", { class: "image-missing" }, alt)) });
}

function table(block) {
  const settings = block.column_settings ?? [];
  const rows = (block.rows ?? []).map((row, index) => h("tr", {}, row.map((cell, column) => tableCell(cell, settings[column], index === 0))));
  return h("div", { class: "block table-scroll", tabindex: "0" }, h("table", {}, h("thead", {}, rows[0]), h("tbody", {}, rows.slice(1))));
}

function tableCell(cell, setting, heads) {
  const content = cell.type === "rich_text" ? richText(cell) : plain(cell.text);
  const style = setting?.align ? { "text-align": setting.align } : {};
  return h(heads ? "th" : "td", { style, scope: heads ? "col" : null, class: setting?.is_wrapped ? "wraps" : null }, content);
}

const LEVELS = { warning: "warn", error: "warn", success: "check" };

function alert(block) {
  const level = block.level ?? "default";
  return h("div", { class: `block block-alert is-${level}`, role: "note" }, icon(LEVELS[level] ?? "info"), h("div", {}, textNodes(block.text)));
}

function input(block, place) {
  const error = place.errors?.[block.block_id];
  const id = uniqueId("field");
  const field = element(block.element, block, place, { id, invalid: Boolean(error), label: block.label?.text });
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const optional = block.optional ? h("span", { class: "muted" }, ` ${t("modal.optional")}`) : null;
  return h(grouped ? "fieldset" : "div", { class: `block block-input${error ? " has-error" : ""}`, "data-testid": `field-${block.block_id}` },
    h(grouped ? "legend" : "label", { for: grouped ? null : id, id: `${id}-label`, class: "input-label" }, plain(block.label?.text), optional),
    field,
    h("p", { class: "input-error", id: `${id}-error`, "data-testid": "field-error", hidden: !error }, icon("warn", 15), h("span", {}, error ?? "")),
    block.hint ? h("p", { class: "input-hint", id: `${id}-hint` }, plain(block.hint.text)) : null);
}
