/** The bar above: the workspace, the search, and the page's own settings. */
import { draw, h } from "./dom.js";
import { guideIsHidden, toggleGuide } from "./guide.js";
import { icon } from "./icons.js";
import { isTalking } from "./phone.js";
import { menu } from "./popover.js";
import { set, state, writeAddress } from "./store.js";
import { quickSwitch } from "./switcher.js";
import { language, t } from "./words.js";
import { gesture } from "./workspace.js";

const wide = matchMedia("(min-width: 1180px)");
const dark = matchMedia("(prefers-color-scheme: dark)");
for (const query of [wide, dark]) query.addEventListener("change", () => set({}));

export const isDark = () => (state.theme ? state.theme === "dark" : dark.matches);
/** The phone lies beside the page when there is room, and comes out by itself when it rings. */
export const phoneIsOut = () => state.phoneOpen ?? (wide.matches || Boolean(state.boot?.phone?.ringing));

export function drawTopbar(region) {
  const { boot } = state;
  draw(region, [language(), isDark(), boot?.workspace, boot?.links, unread(), state.boot?.phone?.ringing, phoneIsOut(), guideIsHidden(), state.drawerOpen], build);
}

const unread = () => state.boot?.phone?.unread ?? 0;
const ringing = () => Boolean(state.boot?.phone?.ringing);

function build() {
  return [
    iconButton("menu", t("side.open"), () => set({ drawerOpen: !state.drawerOpen }), { class: "icon-button only-small", "data-testid": "drawer-toggle", "aria-expanded": String(state.drawerOpen) }),
    h("div", { class: "brand" }, h("span", { class: "brand-mark" }, icon("app", 20)), h("span", { class: "brand-words" }, h("strong", {}, state.boot?.workspace?.name), h("span", {}, t("workspace")))),
    h("button", { type: "button", class: "search", "data-testid": "search", "data-focus": "search", "aria-label": t("search"), onclick: quickSwitch },
      icon("search", 16), h("span", {}, t("search")), h("kbd", {}, "Ctrl K")),
    h("div", { class: "top-links only-large" }, (state.boot?.links ?? []).map((link) => h("a", { href: link.url, target: "_blank", rel: "noopener", "data-testid": "page-link" }, icon("globe", 16), link.label))),
    h("div", { class: "top-settings only-large" },
      languageToggle(),
      iconButton(isDark() ? "sun" : "moon", t(isDark() ? "theme.light" : "theme.dark"), turnTheme, { "data-testid": "theme-toggle" }),
      iconButton("help", t(guideIsHidden() ? "guide.show" : "guide.hide"), toggleGuide, { "data-testid": "guide-toggle" })),
    moreButton(),
    phoneButton(),
  ];
}

function iconButton(shape, label, chosen, attributes = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, "data-focus": `top ${shape}`, onclick: chosen, ...attributes }, icon(shape));
}

function languageToggle() {
  return h("div", { class: "toggle", role: "group", "aria-label": t("language") }, ["it", "en"].map((code) => h("button", {
    type: "button", lang: code, "aria-pressed": String(language() === code), "data-testid": `lang-${code}`, "data-focus": `lang ${code}`, onclick: () => speak(code),
  }, code.toUpperCase())));
}

/** The page's language, and the person's own in the workspace: the app writes to them in it from now on. */
function speak(code) {
  set({ lang: code });
  writeAddress();
  gesture("locale", { locale: code === "it" ? "it-IT" : "en-GB" }, null, { quiet: true });
}

function turnTheme() {
  set({ theme: isDark() ? "light" : "dark" });
  writeAddress();
}

/** On a small screen the settings are one menu. */
function moreButton() {
  const node = iconButton("more", t("more"), () => menu(node, [
    ...(state.boot?.links ?? []).map((link) => ({ label: link.label, icon: icon("globe"), testid: "menu-link", chosen: () => open(link.url, "_blank", "noopener") })),
    { label: language() === "it" ? "English" : "Italiano", icon: icon("link"), testid: "menu-language", chosen: () => speak(language() === "it" ? "en" : "it") },
    { label: t(isDark() ? "theme.light" : "theme.dark"), icon: icon(isDark() ? "sun" : "moon"), testid: "menu-theme", chosen: turnTheme },
    { label: t(guideIsHidden() ? "guide.show" : "guide.hide"), icon: icon("help"), testid: "menu-guide", chosen: toggleGuide },
  ], { label: t("more") }), { class: "icon-button only-small", "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": "top-more" });
  return node;
}

function phoneButton() {
  const call = state.boot?.phone?.ringing;
  const words = t(!call ? "phone.open" : isTalking(call) ? "phone.incall" : "phone.incoming");
  return h("button", {
    type: "button", class: `phone-button${ringing() ? " is-ringing" : ""}`, "aria-pressed": String(phoneIsOut()), "data-testid": "phone-toggle", "data-focus": "phone toggle",
    "aria-label": unread() ? `${words}, ${t("phone.unread", { count: unread() })}` : words,
    onclick: () => {
      set({ phoneOpen: !phoneIsOut() });
      writeAddress();
    },
  }, icon(ringing() ? "call" : "phone", 17), h("span", {}, words), unread() ? h("span", { class: "count", "data-testid": "phone-badge" }, unread()) : null);
}
