/** Where a person writes: Enter sends, Shift+Enter starts a line, `/`, `@` and `#` complete. Drafts are kept per conversation. */
import { avatar, channelMark } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { menu } from "./popover.js";
import { app, channels, nameOf, people, state } from "./store.js";
import { reason, toast } from "./toast.js";
import { local, t } from "./words.js";
import { gesture } from "./workspace.js";

const drafts = new Map();
const MOST = 8;

export class Composer {
  /** `target` answers `{key, channel, thread_ts, name}` of where the text goes. */
  constructor({ target, testid, withShortcuts = false }) {
    this.target = target;
    this.list = new Listbox({ label: t("compose.commands"), picked: (choice) => this.complete(choice) });
    this.list.node.classList.add("composer-list");
    this.list.node.hidden = true;
    this.hint = h("span", { class: "composer-hint" });
    this.field = h("textarea", {
      class: "composer-field", rows: 1, "data-testid": testid, role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.node.id,
      oninput: () => this.typed(), onkeydown: (event) => this.onKey(event), onblur: () => this.offer([]), onclick: () => this.suggest(),
    });
    this.send = h("button", { type: "button", class: "send", "data-testid": `${testid}-send`, onclick: () => this.submit() }, icon("send"));
    this.bolt = withShortcuts ? h("button", { type: "button", class: "icon-button", "data-testid": "shortcuts", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.shortcuts() }, icon("bolt")) : null;
    this.node = h("div", { class: "composer" }, this.list.node, this.field, h("div", { class: "composer-foot" }, this.bolt, this.hint, this.send));
  }

  draw() {
    const { key, name } = this.target();
    if (this.key !== key) {
      this.key = key;
      this.field.value = drafts.get(key) ?? "";
      this.offer([]);
      this.grow();
    }
    this.field.placeholder = t(this.bolt ? "compose" : "thread.reply", { name });
    this.field.setAttribute("aria-label", t("compose", { name }));
    this.send.setAttribute("aria-label", t("compose.send"));
    this.bolt?.setAttribute("aria-label", t("compose.shortcuts"));
    this.bolt?.setAttribute("title", t("compose.shortcuts"));
    this.showHint();
  }

  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.typed();
  }

  typed() {
    drafts.set(this.key, this.field.value);
    this.grow();
    this.suggest();
    this.showHint();
  }

  grow() {
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, 220)}px`);
    this.send.disabled = !this.field.value.trim();
  }

  /** Under a command its own hint, otherwise how the field works. */
  showHint() {
    const command = this.commands().find(({ command: word }) => this.field.value.split(/\s/)[0] === word);
    const slashInThread = command && this.target().thread_ts;
    this.hint.textContent = slashInThread ? t("compose.thread.slash") : command ? `${command.command} ${command.usage_hint ?? ""}` : this.bolt ? t("compose.hint") : "";
    this.hint.classList.toggle("is-command", Boolean(command));
  }

  commands = () => state.boot?.commands ?? [];

  suggest() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const slash = /^\/(\S*)$/.exec(before);
    const word = /(?:^|[\s(])([@#])([^\s@#]*)$/.exec(before);
    this.word = slash ? before : word ? word[1] + word[2] : "";
    if (slash) return this.offer(this.commandChoices(before));
    if (!word) return this.offer([]);
    return this.offer(word[1] === "@" ? personChoices(word[2]) : channelChoices(word[2]));
  }

  commandChoices(typed) {
    return this.commands().filter(({ command }) => command.startsWith(typed)).map(({ command, description, usage_hint: usage }) => ({
      insert: `${command} `, label: [command, usage ? h("span", { class: "option-usage" }, ` ${usage}`) : ""], hint: description, icon: avatar(app(), 28), group: nameOf(app()), testid: "command-option",
    }));
  }

  offer(choices) {
    const unsure = choices.length && !(choices.length === 1 && choices[0].insert.trim() === this.word);
    this.list.node.hidden = !unsure;
    this.field.setAttribute("aria-expanded", String(Boolean(unsure)));
    this.list.show(unsure ? choices.slice(0, MOST) : [], { field: this.field });
  }

  complete(choice) {
    const end = this.field.selectionStart;
    this.field.setRangeText(choice.insert, end - this.word.length, end, "end");
    this.field.focus();
    this.typed();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (!this.list.node.hidden && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.offer([]);
    } else if (!this.list.node.hidden && !event.shiftKey && this.list.key(event)) return;
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  async submit() {
    const typed = this.field.value;
    const { channel, thread_ts: thread, key } = this.target();
    if (!typed.trim() || !channel) return;
    if (thread && typed.startsWith("/")) return void toast(t("compose.thread.slash"));
    this.keep(key, "");
    const answer = await gesture("type", { channel, text: outgoing(typed), thread_ts: thread ?? undefined }, this.node, { quiet: true });
    if (answer.ok !== false || answeredBySlackbot(typed, answer.error)) return;
    if (!drafts.get(key)) this.keep(key, typed);
    toast(t("compose.failed", { error: reason(answer.error) }), { kind: "error" });
  }

  /** Puts `text` into the draft of a conversation, whether or not it is still the one shown. */
  keep(key, text) {
    drafts.set(key, text);
    if (key !== this.key) return;
    this.field.value = text;
    this.offer([]);
    this.grow();
    this.showHint();
  }

  shortcuts() {
    const global = (state.boot?.shortcuts ?? []).filter((shortcut) => !/^message/.test(shortcut.type));
    const items = global.map((shortcut) => ({
      label: shortcut.name, hint: nameOf(app()), icon: avatar(app(), 24), testid: `shortcut-${shortcut.callback_id}`,
      chosen: () => gesture("shortcut", { callback_id: shortcut.callback_id }, this.bolt),
    }));
    menu(this.bolt, items, { label: t("compose.shortcuts"), empty: t("compose.shortcuts.none") });
  }
}

/** A command that the app let time out, or that doesn't exist, was already answered in the channel. */
const answeredBySlackbot = (typed, error) => typed.startsWith("/") && error !== "offline" && !/^http_/.test(error ?? "");

const fits = (text, wanted) => text.toLocaleLowerCase().split(/[\s._-]+/).some((part) => part.startsWith(wanted)) || text.toLocaleLowerCase().startsWith(wanted);

function personChoices(typed) {
  const wanted = typed.toLocaleLowerCase();
  const found = people().filter((person) => !person.deleted && (fits(nameOf(person), wanted) || fits(person.name ?? "", wanted)));
  return found.map((person) => ({ insert: `@${nameOf(person)} `, label: nameOf(person), hint: local(person.title), icon: avatar(person, 28), group: t("compose.people"), testid: "person-option" }));
}

function channelChoices(typed) {
  const wanted = typed.toLocaleLowerCase();
  const found = channels().filter((channel) => channel.kind === "channel" && !channel.is_archived && channel.name.includes(wanted));
  return found.map((channel) => ({ insert: `#${channel.name} `, label: channel.name, icon: channelMark(channel, 18), group: t("compose.channels"), testid: "channel-option" }));
}

/** Full names that were completed become the short names that the workspace turns into mentions; the longest name wins. */
function outgoing(typed) {
  const named = people().filter((person) => !person.deleted && person.name).map((person) => [`@${nameOf(person)}`, `@${person.name}`]);
  named.sort((one, two) => two[0].length - one[0].length);
  return named.reduce((text, [written, short]) => text.replaceAll(written, short), typed);
}
