/** Choosing who to be, and Ctrl+K: typing one's way to a person or a place. */
import { avatar, channelMark } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";
import { app, channels, me, nameOf, state } from "./store.js";
import { local, t } from "./words.js";
import { become, goTo, livingPeople } from "./workspace.js";

/** The first page: nobody is chosen yet. */
export function whoPage(people, workspace) {
  return h("main", { class: "who-page", "data-testid": "who-page" },
    h("span", { class: "who-mark" }, icon("app", 34)),
    h("h1", {}, t("who.title")),
    h("p", { class: "who-lead" }, t("who.lead", { workspace })),
    cards(people, (person) => become(person)));
}

/** The same choice, over the page. */
export function choosePerson() {
  const dialog = h("dialog", { class: "dialog dialog-wide", "aria-labelledby": "who-title", "data-testid": "who-dialog", onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close() },
    h("div", { class: "dialog-box" },
      h("div", { class: "dialog-head" }, h("h2", { class: "dialog-title", id: "who-title" }, t("who.title")), closeButton(() => dialog.close())),
      h("div", { class: "dialog-body" }, cards(livingPeople(), (person) => {
        dialog.close();
        become(person);
      }))));
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("[aria-current]")?.focus();
}

const closeButton = (chosen) => h("button", { type: "button", class: "icon-button", "aria-label": t("close"), "data-testid": "close", onclick: chosen }, icon("close"));

function cards(people, chosen) {
  return h("ul", { class: "cards" }, people.map((person) => h("li", {}, h("button", {
    type: "button", class: "card", "data-testid": `person-${person.name}`, "aria-current": person.id === me()?.id && state.as ? "true" : null, onclick: () => chosen(person),
  }, avatar(person, 44), h("span", { class: "card-words" },
    h("strong", {}, nameOf(person), person.is_guest ? h("span", { class: "badge-app" }, t("guest")) : null),
    h("span", {}, local(person.title)))))));
}

export function quickSwitch() {
  if (document.querySelector("dialog[open]")) return;
  const list = new Listbox({ label: t("search"), picked: (choice) => {
    dialog.close();
    choice.go();
  } });
  const field = h("input", {
    class: "switch-field", type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": list.node.id, "aria-label": t("search"), placeholder: t("search"),
    autocomplete: "off", "data-testid": "switch-field", oninput: () => filter(), onkeydown: (event) => list.key(event),
  });
  const dialog = h("dialog", { class: "dialog dialog-switch", "aria-label": t("search"), "data-testid": "switcher", onclose: () => dialog.remove(), onclick: (event) => event.target === dialog && dialog.close() },
    h("div", { class: "dialog-box" }, h("div", { class: "switch-head" }, icon("search"), field), list.node));
  const filter = () => list.show(offers(field.value.trim().toLocaleLowerCase()), { field, note: t("search.none") });
  document.body.append(dialog);
  dialog.showModal();
  filter();
  field.focus();
}

function offers(typed) {
  const places = channels().filter((channel) => !channel.is_archived).map((channel) => ({
    label: channel.kind === "dm" ? nameOf(app()) : channel.name, icon: channelMark(channel, 18), testid: "switch-option", unread: channel.unread ?? 0,
    tail: h("span", { class: "option-kind" }, t(channel.kind === "dm" ? "search.dm" : channel.is_private ? "search.private" : "search.channel")), go: () => goTo(channel.id),
  }));
  const home = { label: t("home.of", { app: nameOf(app()) }), icon: icon("home", 18), testid: "switch-option", unread: 0, tail: h("span", { class: "option-kind" }, t("search.home")), go: () => goTo("home") };
  const persons = livingPeople().filter((person) => person.id !== me()?.id).map((person) => ({
    label: nameOf(person), hint: local(person.title), icon: avatar(person, 26), testid: "switch-option", unread: 0, tail: h("span", { class: "option-kind" }, t("search.person")), go: () => become(person),
  }));
  places.sort((a, b) => b.unread - a.unread);
  return [...places, home, ...persons].filter((offer) => `${offer.label} ${offer.hint ?? ""}`.toLocaleLowerCase().includes(typed));
}
