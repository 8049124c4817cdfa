/** The markdown block: the part of Markdown that Slack draws. Text nodes only, never markup. */
import { h } from "./dom.js";
import { link } from "./mentions.js";
import { emojis } from "./mrkdwn.js";

export function markdown(source) {
  return h("div", { class: "rich markdown" }, blocks(String(source ?? "").replace(/\r/g, "").split("\n")));
}

const LIST = /^(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;

/** Each rule takes what it understands from the front of `lines` and answers a node, or null. */
const RULES = [fence, heading, rule, quote, table, list, paragraph];

function blocks(lines) {
  const rest = [...lines];
  const nodes = [];
  while (rest.length) {
    if (!rest[0].trim()) rest.shift();
    else nodes.push(firstThatFits(rest));
  }
  return nodes;
}

function firstThatFits(rest) {
  for (const attempt of RULES) {
    const node = attempt(rest);
    if (node) return node;
  }
  return h("p", {}, rest.shift());
}

function fence(rest) {
  if (!/^\s*```/.test(rest[0])) return null;
  rest.shift();
  return h("pre", {}, takeUntil(rest, (line) => /^\s*```/.test(line), { swallow: true }).join("\n"));
}

function heading(rest) {
  const found = /^(#{1,6})\s+(.*?)\s*#*$/.exec(rest[0]);
  if (!found) return null;
  rest.shift();
  return h(`h${Math.min(found[1].length + 2, 6)}`, { class: `md-h${found[1].length}` }, inline(found[2]));
}

function rule(rest) {
  return /^\s*([-*_])(\s*\1){2,}\s*$/.test(rest[0]) && rest.shift() ? h("hr") : null;
}

function quote(rest) {
  if (!/^\s*>/.test(rest[0])) return null;
  return h("blockquote", {}, blocks(takeUntil(rest, (line) => !/^\s*>/.test(line)).map((line) => line.replace(/^\s*>\s?/, ""))));
}

function table(rest) {
  if (!rest[0].includes("|") || !/^\s*\|?[\s:|-]*-[\s:|-]*$/.test(rest[1] ?? "")) return null;
  const [head, , ...rows] = takeUntil(rest, (line) => !line.includes("|")).map(cells);
  return h("div", { class: "table-scroll", tabindex: "0" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", {}, inline(cell))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, inline(cell))))))));
}

const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());

function list(rest) {
  const first = LIST.exec(rest[0]);
  if (!first) return null;
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", { start: ordered ? parseInt(first[2], 10) : null });
  while (rest.length) {
    const item = LIST.exec(rest[0]);
    if (!item || item[1].length < first[1].length) break;
    if (item[1].length > first[1].length + 1) (node.lastElementChild ?? node).append(list(rest));
    else node.append(listItem(item, rest));
  }
  return node;
}

function listItem([, , , ticked, text], rest) {
  rest.shift();
  const box = ticked === undefined ? null : h("input", { type: "checkbox", disabled: true, checked: ticked !== " " });
  return h("li", { class: box ? "is-task" : null }, box, inline(text));
}

function paragraph(rest) {
  const text = [rest.shift(), ...takeUntil(rest, (line) => !line.trim() || /^\s*(#{1,6}\s|>|```|[-*+]\s|\d+[.)]\s)/.test(line))];
  return h("p", {}, text.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line))));
}

function takeUntil(rest, ends, { swallow = false } = {}) {
  const taken = [];
  while (rest.length && !ends(rest[0])) taken.push(rest.shift());
  if (swallow) rest.shift();
  return taken;
}

const MARKS = [
  [/\\([\\`*_{}[\]()#+.!~>|-])/, (m) => m[1]],
  [/`([^`]+)`/, (m) => h("code", {}, m[1])],
  [/!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/, (m) => link(m[2], m[1])],
  [/<(https?:\/\/[^>\s]+|mailto:[^>\s]+)>/, (m) => link(m[1], m[1])],
  [/\*\*(?=\S)(.+?)(?<=\S)\*\*/, (m) => h("strong", {}, inline(m[1]))],
  [/__(?=\S)(.+?)(?<=\S)__/, (m) => h("strong", {}, inline(m[1]))],
  [/(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])/, (m) => h("em", {}, inline(m[1]))],
  [/(?<![\w_])_(?=[^\s_])(.+?)(?<=[^\s_])_(?![\w_])/, (m) => h("em", {}, inline(m[1]))],
  [/~~(?=\S)(.+?)(?<=\S)~~/, (m) => h("s", {}, inline(m[1]))],
  [/\bhttps?:\/\/[^\s<>]+[^\s<>.,;:!?)\]'"»]/, (m) => link(m[0], m[0])],
];

function inline(text) {
  let first = null;
  for (const [pattern, draw] of MARKS) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, draw };
  }
  if (!first) return emojis(text);
  const { match, draw } = first;
  return [...emojis(text.slice(0, match.index)), draw(match), ...inline(text.slice(match.index + match[0].length))];
}
