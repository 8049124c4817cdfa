/** Puts the page together: reads the address, draws every region when the state changes, listens to the keyboard. */
import { channels, currentChannel, me, nameOf, app, onChange, readAddress, set, state } from "./store.js";
import { Clockbar } from "./clockbar.js";
import { Composer } from "./composer.js";
import { drawHead } from "./channelhead.js";
import { drawGuide } from "./guide.js";
import { drawHome } from "./home.js";
import { drawModal } from "./modal.js";
import { drawSidebar, placesInOrder } from "./sidebar.js";
import { drawTopbar, isDark, phoneIsOut } from "./topbar.js";
import { Phone } from "./phone.js";
import { Room } from "./room.js";
import { quickSwitch, whoPage } from "./switcher.js";
import { Thread } from "./thread.js";
import { draw, h } from "./dom.js";
import { language, t } from "./words.js";
import { attend, closeThread, goTo, livingPeople, meet } from "./workspace.js";

const region = (id) => document.getElementById(id);
const placeName = () => {
  const channel = currentChannel();
  if (state.place === "home" || channel?.kind === "dm") return nameOf(app());
  return `#${channel?.name ?? state.place ?? ""}`;
};

const composer = new Composer({ target: () => ({ key: `${state.as} ${state.place}`, channel: currentChannel()?.id, name: placeName() }), testid: "composer", withShortcuts: true });
const clockbar = new Clockbar();
const phone = new Phone();
const room = new Room({ conversation: region("conversation"), write: region("write"), composer });
const thread = new Thread(region("thread"));
region("clockbar").append(clockbar.node);
region("phone").append(phone.node);

function drawAll() {
  document.documentElement.lang = language();
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  region("skip").textContent = t("skip");
  region("offline").hidden = state.online;
  if (region("offline").textContent !== t("offline")) region("offline").textContent = t("offline");
  const inside = Boolean(state.as && state.boot?.me);
  region("page").hidden = !inside;
  draw(region("who"), [inside, state.as, state.boot?.people, language()], () => (inside ? [] : outside()));
  if (inside) drawPage();
  document.title = title();
}

function outside() {
  if (!state.boot || state.as) return h("p", { class: "loading", role: "status", "data-testid": "loading" }, t("loading"));
  return whoPage(livingPeople(), state.boot.workspace?.name ?? "");
}

function drawPage() {
  const page = region("page");
  page.classList.toggle("with-thread", Boolean(state.thread));
  page.classList.toggle("with-phone", phoneIsOut());
  page.classList.toggle("with-drawer", state.drawerOpen);
  region("phone").hidden = !phoneIsOut();
  region("home").hidden = state.place !== "home";
  drawTopbar(region("topbar"));
  drawSidebar(region("sidebar"));
  drawHead(region("head"));
  drawGuide(region("guide"), (text) => composer.fill(text));
  if (state.place === "home") drawHome(region("home"));
  room.draw(placeName());
  thread.draw();
  phone.draw();
  clockbar.draw();
  drawModal();
  region("phone").setAttribute("aria-label", t("phone", { name: nameOf(me()) }));
  region("clockbar").setAttribute("aria-label", t("clock"));
}

function title() {
  if (!state.as || !state.boot) return "Anticrisi";
  const unread = channels().reduce((sum, channel) => sum + (channel.unread ?? 0), 0);
  return `${unread ? `(${unread}) ` : ""}${placeName()} · ${nameOf(me())} · ${state.boot.workspace?.name ?? ""}`;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && state.as) {
    event.preventDefault();
    quickSwitch();
  } else if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key) && state.as && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    const places = placesInOrder();
    const next = places.indexOf(state.place) + (event.key === "ArrowDown" ? 1 : -1);
    goTo(places[(next + places.length) % places.length]);
  } else if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) {
    if (state.drawerOpen) set({ drawerOpen: false });
    else if (state.thread) closeThread();
  }
});

/** A channel named in a text, and a permanent link to one of our messages, open here. */
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[href]");
  if (!anchor || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const archive = /\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?/.exec(anchor.getAttribute("href"));
  const target = anchor.dataset.goto ?? archive?.[1];
  if (!target) return;
  event.preventDefault();
  document.querySelector("dialog.dialog-wide[open]")?.close();
  goTo(target, archive?.[2] ? `${archive[2]}.${archive[3]}` : null);
});

addEventListener("popstate", () => {
  const before = state.as;
  set({ ...readAddress(), arriving: false, channel: null, threadView: null, unreadFrom: null });
  if (state.as !== before) set({ boot: null });
  if (state.as) attend();
  else meet();
});

region("scrim").addEventListener("click", () => set({ drawerOpen: false }));
document.addEventListener("visibilitychange", () => set({}));

function start() {
  const address = readAddress();
  set({ ...address, arriving: !address.place });
  onChange(drawAll);
  if (state.as) return attend();
  return meet();
}

start();
