/** Above the messages: the channel's name and topic, its members, what is pinned, its bookmarks; for the app, its two tabs. */
import { avatar, channelMark } from "./avatar.js";
import { draw, h } from "./dom.js";
import { emojis, plain, textNodes, wordsOf } from "./mrkdwn.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { sheet } from "./sheet.js";
import { author } from "./message.js";
import { show, isOpenFor, close } from "./popover.js";
import { app, appChannel, currentChannel, namesSignature, nameOf, personById, state } from "./store.js";
import { clockTime, instant, zone } from "./time.js";
import { language, local, t } from "./words.js";
import { goTo } from "./workspace.js";

export function drawHead(region) {
  const channel = currentChannel();
  const view = state.channel;
  draw(region, [channel, state.place, view?.members, view?.pinned, view?.missing, language(), zone(), namesSignature()], () => (isApp() ? appHead() : channelHead(channel, view)));
}

const isApp = () => state.place === "home" || currentChannel()?.kind === "dm";

function appHead() {
  const tab = (id, label, here, testid) => h("button", { type: "button", class: "tab", role: "tab", "aria-selected": String(here), "data-testid": testid, "data-focus": `tab ${testid}`, onclick: () => goTo(id) }, label);
  return [
    h("div", { class: "head-row" }, avatar(app(), 28), h("h1", { "data-testid": "place-name" }, nameOf(app())), h("span", { class: "badge-app" }, t("app"))),
    h("div", { class: "tabs", role: "tablist", "aria-label": nameOf(app()) },
      tab("home", t("tab.home"), state.place === "home", "tab-home"),
      appChannel() ? tab(appChannel().id, t("tab.messages"), state.place !== "home", "tab-messages") : null),
  ];
}

function channelHead(channel, view) {
  if (!channel) return h("div", { class: "head-row" }, h("h1", { "data-testid": "place-name" }, state.place ?? ""));
  const topic = wordsOf(channel.topic || channel.purpose);
  const members = view?.members ?? [];
  const pinned = view?.pinned ?? [];
  return [
    h("div", { class: "head-row" },
      h("h1", { "data-testid": "place-name", title: t(channel.is_private ? "channel.private" : "channel.public") }, channelMark(channel, 18), h("span", {}, channel.name)),
      h("p", { class: "topic", "data-testid": "topic", title: topic }, emojis(topic)),
      pinned.length || channel.pinned ? panelButton("pin", t("channel.pinned", { count: pinned.length || channel.pinned }), pinned.length || channel.pinned, () => pinnedPanel(pinned)) : null,
      members.length ? panelButton("people", t("channel.members", { count: members.length }), members.length, () => membersPanel(members)) : null),
    channel.bookmarks?.length || channel.canvas ? h("ul", { class: "bookmarks", "aria-label": t("channel.bookmarks") }, (channel.bookmarks ?? []).map(bookmark), canvasTab(channel.canvas)) : null,
  ];
}

function bookmark(mark) {
  const safe = /^https?:/i.test(mark.link ?? "") ? mark.link : null;
  const sign = mark.emoji ? emojis(mark.emoji.startsWith(":") ? mark.emoji : `:${mark.emoji}:`) : icon("link", 15);
  return h("li", {}, h("a", { href: safe, target: "_blank", rel: "noopener noreferrer", "data-testid": "bookmark" }, sign, plain(mark.title)));
}

function canvasTab(canvas) {
  if (!canvas) return null;
  const title = canvas.title || "Canvas";
  return h("li", {}, h("button", { type: "button", class: "bookmark", "data-testid": "canvas", onclick: () => sheet(title, markdown(canvas.markdown ?? "")) }, icon("file", 15), title));
}

function panelButton(shape, label, count, content) {
  const node = h("button", {
    type: "button", class: "head-button", "aria-label": label, title: label, "aria-expanded": "false", "data-testid": `head-${shape}`, "data-focus": `head ${shape}`,
    onclick: () => (isOpenFor(node) ? close({ refocus: true }) : openPanel(node, content(), label)),
  }, icon(shape, 17), h("span", {}, count));
  return node;
}

function openPanel(anchor, content, label) {
  const panel = show(anchor, content, { className: "head-panel", label, role: "dialog" });
  panel.tabIndex = -1;
  panel.focus();
}

function membersPanel(ids) {
  return h("ul", { class: "members" }, ids.map((entry) => personById(entry.id ?? entry) ?? { name: entry.id ?? entry }).map((person) => h("li", {}, avatar(person, 28),
    h("span", { class: "card-words" }, h("strong", {}, nameOf(person)), h("span", {}, person.is_bot ? t("app") : local(person.title))))));
}

function pinnedPanel(pinned) {
  if (!pinned.length) return h("p", { class: "popover-empty" }, t("channel.pinned.none"));
  return pinned.map((entry) => entry.message ?? entry).map((message) => h("button", {
    type: "button", class: "pinned-item", onclick: () => {
      close();
      reveal(message.ts);
    },
  }, h("strong", {}, author(message).shown), h("span", { class: "muted" }, ` ${clockTime(instant(message.ts))}`),
  h("span", { class: "pinned-text" }, message.text ? emojis(wordsOf(message.text)) : textNodes(message.blocks?.[0]?.text))));
}

function reveal(ts) {
  const node = document.querySelector(`.messages [data-ts="${CSS.escape(ts ?? "")}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.focus({ preventScroll: true });
}
