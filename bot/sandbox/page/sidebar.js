/** Who we are, and the list of places to go. */
import { avatar, channelMark } from "./avatar.js";
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { choosePerson } from "./switcher.js";
import { app, channels, me, nameOf, state } from "./store.js";
import { language, local, t } from "./words.js";
import { goTo } from "./workspace.js";

/** Where Alt+↑/↓ leads: the places in the order in which they are listed. */
export function placesInOrder() {
  const { open, priv, direct } = sorted();
  return ["home", ...direct, ...open, ...priv].map((place) => place.id ?? place);
}

function sorted() {
  const listed = channels().filter((channel) => !channel.is_archived);
  const joined = listed.filter((channel) => channel.kind === "channel" && channel.member);
  return {
    direct: listed.filter((channel) => channel.kind === "dm"),
    open: joined.filter((channel) => !channel.is_private),
    priv: joined.filter((channel) => channel.is_private),
    others: listed.filter((channel) => channel.kind === "channel" && !channel.member),
    archived: channels().filter((channel) => channel.is_archived),
  };
}

export function drawSidebar(region) {
  const scrolled = region.querySelector(".side-scroll")?.scrollTop ?? 0;
  const signature = [channels(), me(), state.place, state.as, language(), app(), Boolean(state.boot?.home)];
  if (draw(region, signature, build)) region.querySelector(".side-scroll").scrollTop = scrolled;
}

function build() {
  const { open, priv, direct, others, archived } = sorted();
  return [
    whoWeAre(),
    h("nav", { class: "side-scroll", "aria-label": t("side") },
      group(t("side.apps"), [homeEntry(), ...direct.map(entry)]),
      group(t("side.channels"), open.map(entry), t("side.none")),
      priv.length ? group(t("side.private"), priv.map(entry)) : null,
      folded(t("side.browse"), others, "browse"),
      folded(t("side.archived"), archived, "archived")),
  ];
}

function whoWeAre() {
  const person = me();
  return h("button", {
    class: "who", type: "button", "aria-haspopup": "dialog", "data-testid": "person-switcher", "data-focus": "who",
    "aria-label": t("who.switch", { name: nameOf(person) }), onclick: choosePerson,
  }, avatar(person, 36), h("span", { class: "who-words" }, h("strong", { "data-testid": "me" }, nameOf(person)), h("span", {}, local(person?.title))), icon("down", 16));
}

function group(title, entries, empty = null) {
  return h("section", { class: "side-group" }, h("h2", {}, title), entries.length ? h("ul", {}, entries) : h("p", { class: "side-none" }, empty));
}

function folded(title, list, name) {
  if (!list.length) return null;
  const details = h("details", { class: "side-group", open: list.some((channel) => channel.id === state.place) || sessionStorage.getItem(name) === "1" },
    h("summary", { "data-focus": `fold ${name}`, "data-testid": `side-${name}` }, title, h("span", { class: "side-count" }, list.length)), h("ul", {}, list.map(entry)));
  details.addEventListener("toggle", () => sessionStorage.setItem(name, details.open ? "1" : "0"));
  return details;
}

function homeEntry() {
  return place({ id: "home", label: t("home"), mark: icon("home", 17), testid: "home-tab", label2: t("home.of", { app: nameOf(app()) }) });
}

function entry(channel) {
  const isApp = channel.kind === "dm";
  return place({
    id: channel.id, label: isApp ? nameOf(app()) : channel.name, mark: isApp ? avatar(app(), 20) : channelMark(channel, 16),
    unread: channel.unread, testid: isApp ? "dm-app" : `channel-${channel.name}`,
  });
}

function place({ id, label, label2 = null, mark, unread = 0, testid }) {
  const here = id === state.place;
  const count = unread && !here ? h("span", { class: "count", "data-testid": "unread" }, h("span", { "aria-hidden": "true" }, unread), h("span", { class: "only-heard" }, t("side.unread", { count: unread }))) : null;
  return h("li", {}, h("a", {
    class: `place${here ? " is-here" : ""}${unread && !here ? " has-unread" : ""}`, href: `?as=${encodeURIComponent(state.as)}&channel=${encodeURIComponent(id)}`, title: label2,
    "aria-current": here ? "page" : null, "data-testid": testid, "data-focus": `place ${id}`,
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      goTo(id);
    },
  }, h("span", { class: "place-mark" }, mark), h("span", { class: "place-name" }, label), count));
}
