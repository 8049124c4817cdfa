/**
 * Slack's mrkdwn, drawn.
 *
 * Every character a person typed ends up in a text node, so hostile text stays dead.
 */
import { h } from "./dom.js";
import { glyph } from "./emoji.js";
import { icon } from "./icons.js";
import { link, mentionChannel, mentionGroup, mentionPerson, moment } from "./mentions.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
export const unescape = (text) => text.replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity]);

/** The nodes for a mrkdwn text. */
export function mrkdwn(source) {
  return String(source ?? "").split(/```/).flatMap((part, index) => (index % 2 ? [fence(part)] : lines(trimAround(part, index))));
}

/** The nodes for a plain_text object: emoji yes, marks no. */
export function plain(source) {
  return withBreaks(String(source ?? ""), (line) => emojis(line));
}

/** Any text object of Block Kit. */
export function textNodes(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object.text);
}

/** What is left of a text when all marks are taken away: for labels and announcements. */
export function wordsOf(source) {
  return h("div", {}, mrkdwn(source)).textContent.replace(/\s+/g, " ").trim();
}

const fence = (code) => h("pre", {}, unescape(code.replace(/^\n|\n$/g, "")));
const trimAround = (part, index) => (index ? part.replace(/^\n/, "") : part).replace(/\n$/, (end) => (index ? end : ""));

function lines(source) {
  if (!source) return [];
  const nodes = [];
  let quote = null;
  let loose = false; // the previous line was running text: it needs a break before the next
  for (const line of source.split("\n")) {
    const quoted = /^(?:&gt;|>)(?:&gt;&gt;|>>)?\s?(.*)$/.exec(line);
    const bullet = /^(\s*)([•◦▪‣-]|\d{1,2}[.)])\s+(.*)$/.exec(line);
    if (quoted) {
      quote = extendQuote(nodes, quote, quoted[1]);
      loose = false;
      continue;
    }
    quote = null;
    if (bullet) {
      nodes.push(h("div", { class: "bullet", style: { "--depth": Math.floor(bullet[1].length / 2) } },
        h("span", { class: "bullet-mark" }, bullet[2] === "-" ? "–" : bullet[2]), h("span", {}, inline(bullet[3]))));
      loose = false;
      continue;
    }
    if (loose) nodes.push(h("br"));
    nodes.push(...inline(line));
    loose = true;
  }
  return nodes;
}

function extendQuote(nodes, quote, text) {
  if (quote) {
    quote.append(h("br"), ...inline(text));
    return quote;
  }
  const fresh = h("blockquote", {}, inline(text));
  nodes.push(fresh);
  return fresh;
}

function withBreaks(source, each) {
  return source.split("\n").flatMap((line, index) => (index ? [h("br"), ...each(line)] : each(line)));
}

const MARKS = [
  [/`([^`\n]+)`/, (m) => h("code", {}, unescape(m[1]))],
  [/<([^<>\n]+)>/, (m) => angle(m[1])],
  [/(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])/, (m) => h("strong", {}, inline(m[1]))],
  [/(?<![\w_])_(?=\S)([^_\n]*(?:\b_\b[^_\n]*)*[^\s_])_(?![\w_])/, (m) => h("em", {}, inline(m[1]))],
  [/(?<![\w~])~(?=\S)([^~\n]*[^\s~])~(?![\w~])/, (m) => h("s", {}, inline(m[1]))],
  [/\bhttps?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"»]/, (m) => link(unescape(m[0]), unescape(m[0]))],
];

/** One line: the leftmost mark is drawn, what stands on its right is read on. */
function inline(line) {
  let first = null;
  for (const [pattern, draw] of MARKS) {
    const match = pattern.exec(line);
    if (match && (!first || match.index < first.match.index)) first = { match, draw };
  }
  if (!first) return emojis(unescape(line));
  const { match, draw } = first;
  return [...emojis(unescape(line.slice(0, match.index))), draw(match), ...inline(line.slice(match.index + match[0].length))];
}

function angle(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  if (target.startsWith("@")) return mentionPerson(target.slice(1), label);
  if (target.startsWith("#")) return mentionChannel(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  if (/^(https?:\/\/|mailto:|tel:)/i.test(target)) return link(unescape(target), label);
  return document.createTextNode(`<${unescape(body)}>`);
}

function special(target, label) {
  const [name, ...rest] = target.split("^");
  if (name === "date") return moment(rest[0], rest[1] ?? "{date}", label, rest.slice(2).join("^"));
  if (name === "subteam") return mentionGroup(label.replace(/^@/, "") || rest[0]);
  return mentionGroup(label || name);
}

/** Text with its `:shortcodes:` turned into glyphs. */
export function emojis(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(/:([a-z0-9_+-]+(?:::skin-tone-\d)?):/g)) {
    const found = glyph(match[1]);
    if (!found) continue;
    nodes.push(text.slice(end, match.index), emoji(match[1]));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((part) => part !== "");
}

export function emoji(name) {
  const found = glyph(name);
  if (!found) return `:${name}:`;
  // The pin marks what is kept: it is drawn here, so that it is there whatever fonts are.
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, name === "pushpin" ? icon("pin", 15) : found);
}
