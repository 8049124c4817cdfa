/**
 * The list of messages of a channel or of a thread.
 *
 * Stays at the bottom when the reader was at the bottom, stays where the reader is otherwise.
 * The list is one stop for Tab; arrows walk through the messages.
 */
import { arrange, h } from "./dom.js";
import { icon } from "./icons.js";
import { goesOn, messageNode, spoken } from "./message.js";
import { isSystem, sharesLine, systemLine } from "./system.js";
import { namesSignature, state } from "./store.js";
import { day, dayTitle, instant, nearDay, now, zone } from "./time.js";
import { language, t } from "./words.js";

const NEAR = 80;

export class Conversation {
  constructor({ label, inThread = false, testid }) {
    this.inThread = inThread;
    this.list = h("div", { class: "messages-list" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, "data-testid": `${testid}-jump`, onclick: () => this.toBottom() }, icon("down", 15), h("span"));
    this.scroller = h("div", {
      class: "messages", role: "log", "aria-live": "off", "aria-label": label, "data-testid": testid,
      onscroll: () => this.atBottom() && (this.jump.hidden = true), onkeydown: (event) => this.onKey(event),
    }, this.list);
    this.node = h("div", { class: "messages-frame" }, this.scroller, this.jump);
    this.shown = null; // which conversation is drawn
    this.newest = null;
    new ResizeObserver(() => this.sticks && this.toBottom()).observe(this.scroller);
    this.scroller.addEventListener("load", () => this.sticks && this.toBottom(), true);
  }

  atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.sticks = scrollHeight - scrollTop - clientHeight < NEAR;
    return this.sticks;
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
    this.sticks = true;
  }

  /** Draws `messages` of the conversation `id`, with `intro` above when the beginning is in sight. */
  draw(id, messages, { channel, intro, label, unreadFrom = null }) {
    const fresh = this.shown !== id;
    const followed = fresh || this.atBottom();
    this.scroller.setAttribute("aria-label", label);
    arrange(this.list, [intro, ...this.items(messages, channel, unreadFrom)].filter(Boolean));
    this.rove();
    this.tell(messages, fresh, followed);
    this.shown = id;
    if (followed) this.toBottom();
    if (fresh || state.message !== this.aimed) this.aim();
  }

  items(messages, channel, unreadFrom) {
    const items = [];
    const signs = [language(), zone(), namesSignature(), day(now())];
    inLines(messages).forEach((line, index, lines) => {
      const message = line[0];
      const before = lines[index - 1]?.at(-1);
      const at = instant(message.ts);
      const newDay = !before || day(instant(before.ts)) !== day(at);
      if (newDay) items.push({ key: `day ${day(at)}`, signature: [signs], build: () => this.dayLine(at) });
      if (message.ts === unreadFrom) items.push({ key: "unread", signature: language(), build: unreadLine });
      if (isSystem(message)) {
        items.push({ key: `s ${message.ts}`, signature: [line, signs], build: () => systemLine(line) });
        return;
      }
      const follows = !newDay && message.ts !== unreadFrom && goesOn(message, before);
      items.push({ key: `m ${message.ts}${message.ephemeral ? " e" : ""}`, signature: [message, follows, channel, signs], build: () => messageNode(message, { channel, follows, inThread: this.inThread }) });
    });
    return items;
  }

  dayLine(at) {
    const near = nearDay(at);
    const words = near === null ? dayTitle(at) : t(["day.yesterday", "day.today", "day.tomorrow"][near + 1]);
    return h("div", { class: "line day-line", role: "separator", "aria-label": words }, h("span", {}, words));
  }

  /** New messages of others are read aloud, and offered when the reader is further up. */
  tell(messages, fresh, followed) {
    const last = messages.findLast((message) => !isSystem(message));
    const isNew = last && !fresh && Number(last.ts) > Number(this.newest ?? 0);
    this.newest = last?.ts ?? null;
    if (!isNew || last.user === state.boot?.me?.id) return;
    document.getElementById("announcer").textContent = spoken(last);
    this.jump.hidden = followed;
    this.jump.lastElementChild.textContent = t("message.jump");
  }

  /** A link to one message brings it into sight. */
  aim() {
    const ts = this.inThread ? null : state.message;
    const node = ts && this.list.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!node) return;
    this.aimed = ts;
    node.scrollIntoView({ block: "center" });
    node.classList.add("is-aimed");
    this.sticks = false;
  }

  rove() {
    const nodes = [...this.list.querySelectorAll(".message")];
    const stop = nodes.find((node) => node.tabIndex === 0 && node.contains(document.activeElement)) ?? nodes.at(-1);
    for (const node of nodes) node.tabIndex = node === stop ? 0 : -1;
  }

  onKey(event) {
    if (!event.target.classList.contains("message") || event.altKey || !["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const nodes = [...this.list.querySelectorAll(".message")];
    const here = nodes.indexOf(event.target);
    const next = nodes[{ ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: nodes.length - 1 }[event.key]];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/** Messages one by one, and the workspace's own that share a line together. */
function inLines(messages) {
  const lines = [];
  for (const message of messages) {
    const before = lines.at(-1);
    if (before && isSystem(message) && sharesLine(message, before.at(-1))) before.push(message);
    else lines.push([message]);
  }
  return lines;
}

const unreadLine = () => h("div", { class: "line unread-line", role: "separator", "aria-label": t("message.new"), "data-testid": "unread-line" }, h("span", {}, t("message.new")));
