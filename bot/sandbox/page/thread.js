/** The side panel: one message, its replies, and a field to reply. */
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { currentChannel, state } from "./store.js";
import { language, t } from "./words.js";
import { closeThread } from "./workspace.js";

export class Thread {
  constructor(region) {
    this.region = region;
    this.head = h("header", { class: "thread-head" });
    this.conversation = new Conversation({ label: "", inThread: true, testid: "thread-messages" });
    this.composer = new Composer({ target: () => ({ key: `${state.as} ${state.place} ${state.thread}`, channel: currentChannel()?.id, thread_ts: state.thread, name: t("thread") }), testid: "thread-composer" });
    region.append(this.head, this.conversation.node, h("div", { class: "write" }, this.composer.node));
  }

  draw() {
    this.region.hidden = !state.thread || state.place === "home";
    if (this.region.hidden) return;
    this.region.setAttribute("aria-label", t("thread"));
    draw(this.head, [language(), currentChannel()?.name], heading);
    const view = state.threadView;
    if (view) this.conversation.draw(`${state.as} ${view.id} ${view.thread}`, view.messages ?? [], { channel: view.id, intro: null, label: t("thread") });
    this.composer.draw();
  }
}

function heading() {
  const channel = currentChannel();
  return [h("h2", {}, t("thread")), h("span", { class: "muted" }, channel?.kind === "channel" ? `#${channel.name}` : ""),
    h("button", { type: "button", class: "icon-button", "aria-label": t("thread.close"), title: t("thread.close"), "data-testid": "thread-close", onclick: closeThread }, icon("close"))];
}
