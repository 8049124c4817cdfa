/** Menus with a filter: one or many of the app's options, of people, of conversations, or of what the app suggests. */
import { avatar, channelMark } from "./avatar.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { focusName } from "./elements.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { plain, wordsOf } from "./mrkdwn.js";
import { close, isOpenFor, settle, show } from "./popover.js";
import { channelById, channels, nameOf, people, personById } from "./store.js";
import { local, t } from "./words.js";

const optionChoice = (option, group) => ({
  id: option.value, raw: option, label: wordsOf(option.text.text) || option.text.text, hint: option.description ? wordsOf(option.description.text) : null, group,
});
const personChoice = (person) => ({ id: person.id, raw: person.id, label: nameOf(person), hint: local(person.title), icon: avatar(person, 24) });
const channelChoice = (channel) => ({ id: channel.id, raw: channel.id, label: channel.name, icon: channelMark(channel, 16) });

/** What each family offers, and the word that Slack puts before its state. */
const FAMILIES = {
  static: { offers: (item) => grouped(item), noun: "option" },
  external: { offers: () => [], noun: "option" },
  users: { offers: () => people().filter((p) => !p.deleted).map(personChoice), noun: "user", known: (id) => personById(id) && personChoice(personById(id)) },
  conversations: { offers: () => conversations(), noun: "conversation", known: (id) => conversation(id) },
  channels: { offers: () => publicChannels().map(channelChoice), noun: "channel", known: (id) => channelById(id) && channelChoice(channelById(id)) },
};

const grouped = (item) => (item.option_groups
  ? item.option_groups.flatMap((group) => group.options.map((option) => optionChoice(option, wordsOf(group.label.text))))
  : (item.options ?? []).map((option) => optionChoice(option)));
const publicChannels = () => channels().filter((channel) => channel.kind === "channel" && !channel.is_archived && !channel.is_private);
const conversations = () => [...channels().filter((c) => c.kind === "channel" && !c.is_archived && c.member).map(channelChoice), ...people().filter((p) => !p.deleted && !p.is_bot).map(personChoice)];
const conversation = (id) => (channelById(id) ? channelChoice(channelById(id)) : personById(id) && personChoice(personById(id)));

export function picker(item, block, place, field) {
  return new Picker(item, block, place, field).node;
}

class Picker {
  constructor(item, block, place, field) {
    Object.assign(this, { item, block, place });
    [, this.multi, this.family] = /^(multi_)?(\w+?)_select$/.exec(item.type);
    this.kind = FAMILIES[this.family];
    this.stateKey = `selected_${this.kind.noun}${this.multi ? "s" : ""}`;
    this.chosen = this.restore();
    this.prompt = item.placeholder?.text || t("choose");
    this.trigger = h("button", {
      class: "picker", type: "button", role: "combobox", id: field?.id, "aria-haspopup": "listbox", "aria-expanded": "false",
      "aria-labelledby": field ? `${field.id}-label ${field.id}` : null, "aria-label": field ? null : this.prompt,
      "aria-invalid": field?.invalid || null, "aria-describedby": field ? `${field.id}-error` : null,
      "data-testid": "block-select", "data-action": item.action_id, "data-focus": focusName(item, block, place),
      onclick: () => (isOpenFor(this.trigger) ? close({ refocus: true }) : this.open()),
      onkeydown: (event) => this.onTriggerKey(event),
    });
    this.chips = h("div", { class: "chips" });
    this.node = h("div", { class: `picker-box${this.multi ? " is-multi" : ""}` }, this.multi ? this.chips : null, this.trigger);
    this.remember();
    this.paint();
  }

  /** What is chosen: what the form remembers, else what the app put there. */
  restore() {
    const { item, place, block, kind } = this;
    const kept = place.form?.get(block.block_id, item.action_id);
    const initial = kept ? kept[this.stateKey] : item[this.stateKey.replace("selected", "initial")];
    const list = this.multi ? initial ?? [] : [initial].filter(Boolean);
    return list.map((value) => (kind.known ? kind.known(value) : optionChoice(value))).filter(Boolean);
  }

  state() {
    const raw = this.chosen.map((choice) => choice.raw);
    return { type: this.item.type, [this.stateKey]: this.multi ? raw : raw[0] ?? null };
  }

  remember() {
    this.place.form?.set(this.block.block_id, this.item.action_id, this.state());
  }

  paint() {
    const single = !this.multi && this.chosen[0];
    this.trigger.replaceChildren(single?.icon ?? "", h("span", { class: single ? "picker-value" : "picker-prompt" }, single ? plain(single.label) : this.prompt), icon("down", 15));
    this.chips.replaceChildren(...this.chosen.map((choice) => h("span", { class: "chip", "data-testid": "chip" }, plain(choice.label),
      h("button", { type: "button", class: "chip-x", "aria-label": t("choose.remove", { name: choice.label }), onclick: () => this.toggle(choice) }, icon("close", 12)))));
    this.chips.hidden = !this.chosen.length;
  }

  onTriggerKey(event) {
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      this.open();
    } else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.open(event.key);
    }
  }

  open(typed = "") {
    this.list = new Listbox({ label: this.prompt, multiple: Boolean(this.multi), picked: (choice) => this.pick(choice) });
    this.search = h("input", {
      class: "picker-search", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": this.list.node.id, "aria-autocomplete": "list",
      "aria-label": `${t("choose.filter")}: ${this.prompt}`, placeholder: t("choose.filter"), value: typed, autocomplete: "off", "data-testid": "select-filter",
      oninput: () => this.filter(), onkeydown: (event) => this.list.key(event) && event.stopPropagation(),
    });
    show(this.trigger, [this.search, this.list.node], { className: "picker-panel", wide: true });
    this.filter();
    this.search.focus();
  }

  filter() {
    const typed = this.search.value.trim();
    if (this.family === "external") return this.ask(typed);
    const wanted = typed.toLocaleLowerCase();
    return this.offer(this.kind.offers(this.item).filter((choice) => `${choice.label} ${choice.hint ?? ""}`.toLocaleLowerCase().includes(wanted)));
  }

  offer(choices, note = t("choose.none")) {
    const chosen = new Set(this.chosen.map((choice) => choice.id));
    const marked = choices.map((choice) => ({ ...choice, selected: chosen.has(choice.id), tail: chosen.has(choice.id) ? icon("check", 16) : null }));
    this.list.show(marked, { field: this.search, note });
    settle();
  }

  async ask(typed) {
    const least = this.item.min_query_length ?? 3;
    if (typed.length < least) return this.offer([], t("choose.least", { count: least }));
    this.asked = typed;
    this.offer([], t("choose.searching"));
    const answer = await this.place.suggest(this.block, this.item, typed);
    if (this.asked !== typed || !isOpenFor(this.trigger)) return undefined;
    const options = answer.options ?? (answer.option_groups ?? []).flatMap((group) => group.options);
    return this.offer(options.map((option) => optionChoice(option)));
  }

  async pick(choice) {
    if (this.multi) return this.toggle(choice);
    close({ refocus: true });
    const before = this.chosen;
    if (this.item.confirm && !(await confirmed(this.item.confirm))) return undefined;
    this.chosen = [choice];
    return this.changed(before);
  }

  toggle(choice) {
    const before = this.chosen;
    const without = before.filter((other) => other.id !== choice.id);
    const room = !this.item.max_selected_items || before.length < this.item.max_selected_items;
    this.chosen = without.length < before.length ? without : room ? [...before, choice] : before;
    if (isOpenFor(this.trigger)) this.filter();
    return this.changed(before);
  }

  changed(before) {
    if (before === this.chosen) return undefined;
    this.remember();
    this.paint();
    return this.place.act(this.block, this.item, this.state(), this.trigger);
  }
}
