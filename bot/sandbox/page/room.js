/** The middle of the page: the conversation of the place where we are, and what can be written there. */
import { Conversation } from "./conversation.js";
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { isSystem } from "./system.js";
import { app, currentChannel, me, nameOf, set, state } from "./store.js";
import * as server from "./server.js";
import { language, t } from "./words.js";
import { gesture } from "./workspace.js";

export class Room {
  constructor({ conversation, write, composer }) {
    this.conversation = new Conversation({ label: "", testid: "messages" });
    this.composer = composer;
    this.instead = h("div", { class: "instead" });
    this.missing = h("div", { class: "missing" });
    conversation.append(this.conversation.node, this.missing);
    write.append(composer.node, this.instead);
    Object.assign(this, { region: conversation, write });
  }

  draw(name) {
    const home = state.place === "home";
    this.region.hidden = home;
    this.write.hidden = home;
    if (home) return;
    const view = state.channel;
    const lost = Boolean(view?.missing) && !currentChannel();
    this.conversation.node.hidden = lost;
    this.missing.hidden = !lost;
    draw(this.missing, [lost, language()], () => (lost ? gone() : []));
    if (view && !lost) this.drawMessages(view, name);
    this.drawWriting(lost);
    this.markRead(view);
  }

  drawMessages(view, name) {
    const messages = view.messages ?? [];
    this.noteUnread(messages);
    this.conversation.draw(`${state.as} ${view.id}`, messages, { channel: view.id, intro: intro(name), label: t("messages", { name }), unreadFrom: state.unreadFrom });
  }

  /** The first time a conversation is shown, the line stands above what had not been read. */
  noteUnread(messages) {
    const key = `${state.as} ${state.place}`;
    if (this.conversation.shown === key || this.noted === key) return;
    this.noted = key;
    const unread = currentChannel()?.unread ?? 0;
    const others = messages.filter((message) => message.user !== me()?.id && !message.ephemeral && !isSystem(message));
    state.unreadFrom = unread && unread < messages.length ? others.at(-unread)?.ts ?? null : null;
  }

  drawWriting(lost) {
    const channel = currentChannel();
    const why = !channel || lost ? "none" : channel.is_archived ? "archived" : channel.member === false && channel.kind === "channel" ? "preview" : null;
    this.composer.node.hidden = why !== null;
    draw(this.instead, [why, channel?.id, language()], () => notes(why, channel));
    if (!why) this.composer.draw();
  }

  markRead(view) {
    const channel = currentChannel();
    if (document.hidden || !view || !channel?.unread || view.id !== channel.id) return;
    const mark = `${state.as} ${channel.id} ${channel.unread} ${channel.last_ts}`;
    if (mark === this.marked) return;
    this.marked = mark;
    server.post("read", { channel: channel.id });
    channel.unread = 0;
    set({});
  }
}

function intro(name) {
  const channel = currentChannel();
  if (!channel) return null;
  const isDm = channel.kind === "dm";
  const words = isDm ? ["channel.empty.dm", { app: nameOf(app()) }] : ["channel.empty", { name: channel.name }];
  return { key: "intro", signature: [language(), channel.id, name], build: () => h("div", { class: "intro" }, h("h2", {}, t(...words)), h("p", { class: "muted" }, isDm ? t("channel.empty.dm.why") : channel.purpose ?? "")) };
}

const gone = () => h("div", { class: "empty", "data-testid": "missing" }, icon("search", 36), h("h2", {}, t("channel.missing")), h("p", {}, t("channel.missing.why")));

function notes(why, channel) {
  if (why === "archived") return h("p", { class: "note", "data-testid": "archived" }, t("channel.archived"));
  if (why !== "preview") return [];
  return h("div", { class: "note" }, h("span", {}, t("channel.preview", { name: channel.name })),
    h("button", { type: "button", class: "button is-primary", "data-testid": "join", onclick: (event) => gesture("join", { channel: channel.id }, event.currentTarget) }, t("channel.join")));
}
