/** Files that were shared: opened in a tab; texts and images can be looked at in place. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const LONGEST_PREVIEW = 6000;

export function files(list) {
  return list?.length ? h("div", { class: "files" }, list.map(file)) : null;
}

const addressOf = (item) => item.url_private || item.url || `/files/${item.id}/${encodeURIComponent(item.name ?? "file")}`;
const isText = (item) => /^text\/|json|yaml|csv|markdown/.test(item.mimetype ?? "") || /\.(md|txt|csv|ya?ml|json|log|vcf)$/i.test(item.name ?? "");
const isImage = (item) => /^image\/(png|jpe?g|gif|webp|svg)/.test(item.mimetype ?? "");

function file(item) {
  const name = item.title || item.name || item.id;
  const open = h("a", { class: "file-name", href: addressOf(item), target: "_blank", rel: "noopener", "aria-label": t("file.open", { name }), "data-testid": "file-open" }, name);
  const kind = h("span", { class: "muted" }, [(item.filetype || (item.name ?? "").split(".").pop() || "").toUpperCase(), size(item.size)].filter(Boolean).join(" · "));
  const card = h("div", { class: "file" }, h("span", { class: "file-icon" }, icon("file", 22)), h("div", { class: "file-words" }, open, kind));
  if (isImage(item)) return h("div", {}, card, h("img", { class: "image", src: addressOf(item), alt: item.alt_txt || name, loading: "lazy" }));
  return isText(item) ? withPreview(card, item) : card;
}

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`;
}

function withPreview(card, item) {
  const text = h("pre", { class: "file-preview", hidden: true, tabindex: "0", "data-testid": "file-preview" });
  const toggle = h("button", {
    type: "button", class: "button", "aria-expanded": "false", "data-testid": "file-preview-toggle",
    onclick: async () => {
      text.hidden = !text.hidden;
      toggle.setAttribute("aria-expanded", String(!text.hidden));
      toggle.textContent = t(text.hidden ? "file.preview" : "file.hide");
      if (!text.textContent) text.textContent = await read(addressOf(item));
    },
  }, t("file.preview"));
  card.append(toggle);
  return h("div", {}, card, text);
}

async function read(address) {
  try {
    const response = await fetch(address);
    if (!response.ok) return t("file.failed");
    const text = await response.text();
    return text.length > LONGEST_PREVIEW ? `${text.slice(0, LONGEST_PREVIEW)}\n…` : text;
  } catch {
    return t("file.failed");
  }
}
