/** The rich_text block: what people type, and lists, quotes and code that the app writes. */
import { h } from "./dom.js";
import { link, mentionChannel, mentionGroup, mentionPerson, moment } from "./mentions.js";
import { emoji, emojis } from "./mrkdwn.js";

export function richText(block) {
  return h("div", { class: "rich" }, nestLists(block.elements ?? []));
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, inline(part.elements)),
  rich_text_quote: (part) => h("blockquote", {}, inline(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, (part.elements ?? []).map((piece) => piece.text ?? piece.url ?? "")),
  rich_text_list: (part) => list(part),
};

/** Slack sends nested lists flat, each with its indent: hang every one under the item it belongs to. */
function nestLists(parts) {
  const nodes = [];
  const open = []; // the lists still open, outermost first
  for (const part of parts) {
    const node = PARTS[part.type]?.(part);
    if (!node) continue;
    if (part.type !== "rich_text_list") {
      open.length = 0;
      nodes.push(node);
      continue;
    }
    const indent = part.indent ?? 0;
    open.length = Math.min(open.length, indent);
    const parent = open.at(-1)?.lastElementChild;
    if (parent) parent.append(node);
    else nodes.push(node);
    open[indent] = node;
  }
  return nodes;
}

function list(part) {
  const ordered = part.style === "ordered";
  const start = ordered && part.offset ? part.offset + 1 : null;
  return h(ordered ? "ol" : "ul", { start, class: part.border ? "has-border" : null },
    (part.elements ?? []).map((item) => h("li", {}, inline(item.elements))));
}

const PIECES = {
  text: (piece) => styled(piece.text.split("\n").flatMap((line, i) => (i ? [h("br"), ...emojis(line)] : emojis(line))), piece.style),
  link: (piece) => styled([link(piece.url, piece.text)], piece.style),
  emoji: (piece) => [emoji(piece.name)],
  user: (piece) => styled([mentionPerson(piece.user_id)], piece.style),
  channel: (piece) => styled([mentionChannel(piece.channel_id)], piece.style),
  usergroup: (piece) => [mentionGroup(piece.usergroup_id)],
  broadcast: (piece) => [mentionGroup(piece.range)],
  date: (piece) => [moment(piece.timestamp, piece.format ?? "{date}", piece.fallback, piece.url)],
  color: (piece) => [h("code", {}, piece.value)],
};

function inline(pieces = []) {
  return pieces.flatMap((piece) => PIECES[piece.type]?.(piece) ?? []);
}

const STYLES = [["code", "code"], ["strike", "s"], ["underline", "u"], ["italic", "em"], ["bold", "strong"]];

function styled(nodes, style) {
  if (!style) return nodes;
  return STYLES.reduce((inner, [name, tag]) => (style[name] ? [h(tag, {}, inner)] : inner), nodes);
}
