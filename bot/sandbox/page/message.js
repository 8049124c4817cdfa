/** One message: who, when, what, and what can be done with it. */
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form } from "./form.js";
import { QUICK } from "./emoji.js";
import { files } from "./files.js";
import { icon } from "./icons.js";
import { emoji, mrkdwn, textNodes, wordsOf } from "./mrkdwn.js";
import { menu } from "./popover.js";
import { app, me, nameOf, personById, state } from "./store.js";
import { clockTime, day, instant } from "./time.js";
import { isSystem } from "./system.js";
import { toast } from "./toast.js";
import { t } from "./words.js";
import { gesture, openThread, surface } from "./workspace.js";

/** Who wrote it: a person of the workspace, or the app under whatever name it took. */
export function author(message) {
  const known = personById(message.user);
  const isApp = Boolean(message.bot || message.bot_id || known?.is_bot);
  if (message.user === "USLACKBOT") return { name: "Slackbot", color: "#5b6770", initials: "S", shown: "Slackbot" };
  const base = known ?? (isApp ? app() : null) ?? { name: message.user ?? "?" };
  return { ...base, is_bot: isApp, shown: message.username || message.bot?.name || nameOf(base) };
}

/** `follows`: the same person wrote just before. `inThread`: drawn in the side panel. */
export function messageNode(message, { channel, follows = false, inThread = false }) {
  const who = author(message);
  const at = instant(message.ts);
  const classes = ["message", follows && "follows", message.ephemeral && "is-ephemeral", message.pinned && "is-pinned"];
  return h("article", {
    class: classes.filter(Boolean).join(" "), tabindex: "-1", "data-testid": "message", "data-ts": message.ts, "data-author": who.shown,
    "data-focus": `message ${message.ts}`, "aria-label": `${who.shown}, ${clockTime(at)}${message.ephemeral ? `, ${t("message.ephemeral")}` : ""}`,
  },
  above(message),
  h("div", { class: "message-gutter" }, follows ? h("time", { class: "message-aside" }, clockTime(at)) : avatar(who, 36)),
  h("div", { class: "message-body" },
    follows ? null : head(who, at),
    content(message, channel),
    files(message.files),
    reactions(message, channel),
    message.trouble ? h("p", { class: "message-trouble", role: "alert" }, icon("warn", 15), t("act.late", { app: nameOf(app()) })) : null,
    inThread ? null : replies(message)),
  tools(message, channel, inThread));
}

function above(message) {
  const notes = [];
  if (message.ephemeral) notes.push(icon("eye", 14), h("span", { "data-testid": "ephemeral-note" }, t("message.ephemeral")));
  else if (message.pinned) notes.push(icon("pin", 14), h("span", {}, t("message.pinned")));
  return notes.length ? h("div", { class: "message-above" }, notes) : null;
}

function head(who, at) {
  return h("div", { class: "message-head" },
    h("span", { class: "message-author" }, who.shown),
    who.is_bot ? h("span", { class: "badge-app" }, t("app")) : null,
    who.is_guest ? h("span", { class: "badge-app" }, t("guest")) : null,
    h("time", { class: "message-time", datetime: new Date(at).toISOString() }, clockTime(at)));
}

function content(message, channel) {
  if (message.subtype === "tombstone") return h("p", { class: "muted" }, t("message.deleted"));
  const place = surface(`${channel}:${message.ts}`, { type: "message", channel, ts: message.ts }, new Form(message.state));
  const edited = message.edited ? h("span", { class: "message-edited" }, ` ${t("message.edited")}`) : null;
  const body = message.blocks?.length
    ? [blocks(message.blocks, place), edited]
    : message.text ? h("div", { class: "message-text", "data-testid": "message-text" }, mrkdwn(message.text), edited) : null;
  return h("div", { class: "message-content" }, body, (message.attachments ?? []).map((part) => attachment(part, place)));
}

function attachment(part, place) {
  const color = /^#?[0-9a-f]{6}$/i.test(part.color ?? "") ? `#${part.color.replace("#", "")}` : null;
  return h("div", { class: "attachment", style: color ? { "--bar": color } : {} },
    part.pretext ? h("div", {}, mrkdwn(part.pretext)) : null,
    part.blocks ? blocks(part.blocks, place) : [h("strong", {}, part.title ?? ""), h("div", {}, mrkdwn(part.text ?? part.fallback))]);
}

function reactions(message, channel) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const count = reaction.count ?? reaction.users?.length ?? 1;
    const mine = reaction.users?.includes(me()?.id);
    return h("button", {
      type: "button", class: `reaction${mine ? " is-mine" : ""}`, "aria-pressed": mine ? "true" : "false", "data-testid": `reaction-${reaction.name}`,
      "aria-label": t("message.reaction", { emoji: reaction.name, count }), title: (reaction.users ?? []).map((id) => nameOf(personById(id))).join(", "),
      "data-focus": `reaction ${message.ts} ${reaction.name}`,
      onclick: (event) => react(message, channel, reaction.name, event.currentTarget),
    }, emoji(reaction.name), h("span", {}, count));
  }));
}

const react = (message, channel, name, node) => gesture("react", { channel, ts: message.ts, name }, node);

function replies(message) {
  if (!message.reply_count) return null;
  return h("button", { type: "button", class: "thread-link", "data-testid": "thread-link", "data-focus": `thread ${message.ts}`, onclick: () => openThread(message.ts) },
    icon("thread", 16), h("strong", {}, t("message.replies", { count: message.reply_count })), h("span", { class: "muted" }, t("message.thread")));
}

function tools(message, channel, inThread) {
  if (message.ephemeral) return null;
  const tool = (name, label, shape, chosen) => h("button", {
    type: "button", class: "tool", "aria-label": label, title: label, "data-testid": `tool-${name}`, "data-focus": `tool ${message.ts} ${name}`, onclick: chosen,
  }, shape);
  return h("div", { class: "tools", role: "group", "aria-label": t("message.tools") },
    tool("pin", t("message.pin"), icon("pin"), (event) => react(message, channel, "pushpin", event.currentTarget)),
    tool("react", t("message.react"), icon("smile"), (event) => chooseReaction(event.currentTarget, message, channel)),
    inThread ? null : tool("thread", t("message.reply"), icon("thread"), () => openThread(message.thread_ts ?? message.ts)),
    tool("more", t("message.shortcuts"), icon("more"), (event) => moreActions(event.currentTarget, message, channel)));
}

function chooseReaction(anchor, message, channel) {
  anchor.setAttribute("aria-haspopup", "menu");
  const items = QUICK.map((name) => ({ label: emoji(name), className: "is-emoji", testid: `emoji-${name}`, chosen: () => react(message, channel, name, anchor) }));
  menu(anchor, items, { label: t("message.react") })?.classList.add("is-grid");
}

/** The app's message shortcuts, then what the page itself can do. */
function moreActions(anchor, message, channel) {
  anchor.setAttribute("aria-haspopup", "menu");
  const offered = (state.boot?.shortcuts ?? []).filter((shortcut) => /^message/.test(shortcut.type));
  const items = offered.map((shortcut) => ({
    label: shortcut.name, hint: nameOf(app()), icon: avatar(app(), 22), testid: `shortcut-${shortcut.callback_id}`,
    chosen: () => gesture("shortcut", { callback_id: shortcut.callback_id, channel, ts: message.ts }, anchor),
  }));
  if (matchMedia("(hover: none)").matches) items.unshift(...handy(anchor, message, channel));
  items.push({ label: t("message.link"), icon: icon("link"), testid: "copy-link", chosen: () => copyLink(message) });
  menu(anchor, items, { label: t("message.shortcuts") });
}

/** What a pointer finds beside the message, for those who have none. */
const handy = (anchor, message, channel) => [
  { label: t("message.pin"), icon: icon("pin"), testid: "menu-pin", chosen: () => react(message, channel, "pushpin", anchor) },
  { label: t("message.reply"), icon: icon("thread"), testid: "menu-thread", chosen: () => openThread(message.thread_ts ?? message.ts) },
];

async function copyLink(message) {
  const address = new URL(location.href);
  if (message.thread_ts) address.searchParams.set("thread", message.thread_ts);
  address.searchParams.set("message", message.ts);
  await navigator.clipboard?.writeText(address.href);
  toast(t("message.linked"));
}

/** What a screen reader hears when it arrives. */
export const spoken = (message) => t("message.from", {
  name: author(message).shown,
  text: wordsOf(message.text) || (message.blocks ?? []).map((block) => h("div", {}, textNodes(block.text)).textContent).join(" ").slice(0, 240),
});

/** Whether `message` goes on from `before`: same author, same day, within five minutes. */
export function goesOn(message, before) {
  if (!before || isSystem(before) || message.ephemeral || before.ephemeral || message.pinned || message.subtype) return false;
  const [one, two] = [instant(before.ts), instant(message.ts)];
  return author(message).shown === author(before).shown && two - one < 300000 && day(one) === day(two);
}
