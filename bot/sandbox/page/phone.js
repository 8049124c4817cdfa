/** The person's own phone: texts, calls and mail, and how they are answered. */
import { arrange, draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./mentions.js";
import { me, nameOf, set, state, writeAddress } from "./store.js";
import { clockTime, day, dayTitle, instant, nearDay, now, zone } from "./time.js";
import { language, t } from "./words.js";
import { post } from "./server.js";
import { sheet } from "./sheet.js";
import { gesture } from "./workspace.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export class Phone {
  constructor() {
    this.top = h("header", { class: "phone-top" });
    this.call = h("div", { class: "call", "data-testid": "phone-call", hidden: true });
    this.list = h("div", { class: "phone-list", role: "log", "aria-live": "off", tabindex: "0", "data-testid": "phone-list" });
    this.field = h("input", { class: "phone-field", type: "text", autocomplete: "off", "data-testid": "phone-reply", oninput: () => (this.send.disabled = !this.field.value.trim()) });
    this.send = h("button", { class: "send", type: "submit", disabled: true, "data-testid": "phone-send" }, icon("send"));
    this.reply = h("form", { class: "phone-reply", onsubmit: (event) => this.answer(event) }, this.field, this.send);
    this.node = h("div", { class: "phone-body" }, this.top, this.call, this.list, this.reply);
    this.heardRinging = null;
  }

  draw() {
    const phone = state.boot?.phone ?? {};
    const messages = (phone.messages ?? []).filter((message) => message.id !== phone.ringing?.id);
    draw(this.top, [language(), me()?.id, nameOf(me()), me()?.phone], () => heading());
    this.drawCall(phone.ringing);
    this.drawList(messages);
    this.drawReply(messages);
    this.markRead(phone);
  }

  /** What lies open before the person's eyes has been read. */
  markRead(phone) {
    if (document.hidden || !phone.unread || this.node.closest("[hidden]")) return;
    const mark = `${state.as} ${phone.messages?.length} ${phone.unread}`;
    if (mark === this.marked) return;
    this.marked = mark;
    post("phone/read", {});
  }

  drawCall(ringing) {
    this.call.hidden = !ringing;
    this.list.toggleAttribute("inert", Boolean(ringing));
    draw(this.call, [ringing, language()], () => (ringing ? callScreen(ringing) : []));
    if (ringing && ringing.id !== this.heardRinging) document.getElementById("announcer").textContent = `${t("phone.incoming")}: ${ringing.from ?? ""}`;
    this.heardRinging = ringing?.id ?? null;
  }

  drawList(messages) {
    const signs = [language(), zone(), day(now())];
    const owner = `${state.as} ${messages.length}`;
    const items = messages.flatMap((message, index) => {
      const at = instant(message.at);
      const before = messages[index - 1];
      const line = before && day(instant(before.at)) === day(at) ? [] : [{ key: `day ${day(at)}`, signature: signs, build: () => dayLine(at) }];
      return [...line, { key: `p ${message.id}`, signature: [message, signs], build: () => entry(message) }];
    });
    arrange(this.list, items.length ? items : [{ key: "empty", signature: [signs, nameOf(me())], build: quiet }]);
    this.list.setAttribute("aria-label", t("phone", { name: me()?.name ?? "" }));
    if (this.owner !== owner) this.list.scrollTop = this.list.scrollHeight;
    this.owner = owner;
  }

  drawReply(messages) {
    this.to = messages.filter((message) => message.kind === "sms" && message.direction !== "out").at(-1)?.from ?? state.boot?.phone?.app ?? null;
    this.reply.hidden = !this.to;
    const label = t(messages.some((message) => message.kind === "sms") ? "phone.reply" : "phone.write");
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.send.setAttribute("aria-label", t("phone.reply.send"));
  }

  async answer(event) {
    event.preventDefault();
    const body = this.field.value.trim();
    if (!body) return;
    this.field.value = "";
    this.send.disabled = true;
    const answer = await gesture("phone/reply", { to: this.to, body }, this.reply);
    if (answer.ok === false && !this.field.value) this.field.value = body;
  }
}

function heading() {
  return h("div", { class: "phone-heading" },
    h("h2", {}, t("phone", { name: firstName() })), h("span", { class: "muted" }, spaced(me()?.phone)),
    h("button", { type: "button", class: "icon-button", "aria-label": t("phone.close"), title: t("phone.close"), "data-testid": "phone-close", onclick: () => {
      set({ phoneOpen: false });
      writeAddress();
    } }, icon("close", 17)));
}

/** A number as people read it: Italian and British ones in their usual groups. */
const GROUPS = [/^(\+39)(0\d)(\d{4})(\d+)$/, /^(\+39)(\d{3})(\d{3})(\d+)$/, /^(\+44)(20)(\d{4})(\d+)$/, /^(\+44)(\d{4})(\d+)$/];
const spaced = (number) => GROUPS.map((groups) => groups.exec(number ?? "")).find(Boolean)?.slice(1).join(" ") ?? number ?? "";
const firstName = () => nameOf(me()).split(" ")[0];
const quiet = () => h("div", { class: "empty" }, icon("phone", 34), h("h3", {}, t("phone.empty")), h("p", {}, t("phone.empty.why", { name: firstName() })), h("p", {}, t("phone.empty.try")));

function dayLine(at) {
  const near = nearDay(at);
  return h("p", { class: "phone-day" }, near === null ? dayTitle(at) : t(["day.yesterday", "day.today", "day.tomorrow"][near + 1]));
}

const ENTRIES = { sms, call: pastCall, email: mail };
const entry = (message) => (ENTRIES[message.kind] ?? sms)(message);
const stamp = (message) => h("time", { class: "bubble-time" }, message.state === "failed" || message.state === "undelivered" ? `${t("phone.undelivered")} · ` : "", clockTime(instant(message.at)));

/** Addresses in a text become links; the rest is text. */
function linked(text) {
  const parts = String(text ?? "").split(/(https?:\/\/[^\s<>]+[^\s<>.,;:!?)\]'"»])/);
  return parts.map((part, index) => (index % 2 ? link(part, part.replace(/^https?:\/\//, "")) : part));
}

function sms(message) {
  const out = message.direction === "out";
  return h("div", { class: `bubble-row${out ? " is-out" : ""}` },
    h("div", { class: "bubble", "data-testid": out ? "sms-out" : "sms" }, h("span", { class: "only-heard" }, `${t("phone.sms")}: `), linked(message.body)), stamp(message));
}

const CALL_ENDS = { answered: "answered", "in-progress": "answered", completed: "ended", ended: "ended", "no-answer": "missed", missed: "missed", busy: "declined", declined: "declined", canceled: "missed" };

function pastCall(message) {
  const words = CALL_ENDS[message.state] ? t(`phone.call.${CALL_ENDS[message.state]}`) : t("phone.call");
  return h("div", { class: "past-call", "data-testid": "past-call" }, h("span", { class: "past-call-mark" }, icon("call", 16)),
    h("span", { class: "past-call-words" }, h("strong", {}, words), message.body ? h("span", {}, lastSaid(message)) : null), stamp(message));
}

/** What the voice said last: what is asked now, or how it ended. */
const lastSaid = (call) => (call.body ?? "").split("\n").at(-1);

function mail(message) {
  const sent = message.html ? h("button", { type: "button", class: "button is-plain", "data-testid": "mail-open", onclick: () => showMail(message) }, t("phone.mail.open")) : null;
  return h("article", { class: "mail", "data-testid": "mail" },
    h("div", { class: "mail-head" }, icon("mail", 16), h("span", {}, message.from), stamp(message)),
    h("strong", { class: "mail-subject" }, message.subject ?? t("phone.mail")),
    h("p", { class: "mail-text" }, linked(message.body)), sent);
}

/** A mail as it was sent: no script of it runs, its links open beside the page. */
function showMail(message) {
  const frame = h("iframe", { class: "mail-frame", title: message.subject ?? t("phone.mail"), sandbox: "allow-popups allow-popups-to-escape-sandbox" });
  frame.srcdoc = `<base target="_blank"><meta name="color-scheme" content="light">${message.html}`;
  sheet(message.subject ?? t("phone.mail"), frame);
}

export const isTalking = (call) => /answered|in-progress/.test(call.state ?? "");

function callScreen(call) {
  const answered = isTalking(call);
  const act = (path, extra = {}) => (event) => gesture(`phone/${path}`, { call: call.id, ...extra }, event.currentTarget);
  const stay = () => set({ phoneOpen: true }); // whoever answered wants to see how it ended
  const round = (path, shape, label) => h("button", { type: "button", class: `round is-${path}`, "data-testid": `phone-${path}`, "data-focus": `phone ${path}`, onclick: (event) => { if (path === "answer") stay(); act(path)(event); } }, icon(shape, 22), h("span", {}, label));
  return [
    h("p", { class: "call-state" }, t(answered ? "phone.incall" : "phone.incoming")),
    h("p", { class: "call-from", "data-testid": "call-from" }, spaced(call.from)),
    answered ? h("div", { class: "captions", "aria-live": "polite", "data-testid": "call-captions" }, h("span", { class: "captions-label" }, t("phone.says")), h("p", {}, lastSaid(call) || t("phone.silent"))) : null,
    answered ? h("div", { class: "keypad", role: "group", "aria-label": t("phone.keypad") }, KEYS.map((key) => h("button", {
      type: "button", class: "key", "aria-label": t("phone.key", { key }), "data-testid": `phone-key-${key}`, "data-focus": `key ${key}`, onclick: act("key", { key }),
    }, key))) : null,
    h("div", { class: "call-buttons" }, answered ? null : round("answer", "call", t("phone.answer")), round("hangup", "hang", t(answered ? "phone.hangup" : "phone.decline"))),
  ];
}
