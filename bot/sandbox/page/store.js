/**
 * What the page knows, in one object, and who wants to hear when it changes.
 *
 * The address bar holds the part that a person could want to send or reopen:
 * `as`, `channel`, `message`, `thread`, `lang`, `theme`, `phone`.
 */

export const state = {
  as: null, // short name or id of the person we are
  place: null, // channel id or name, or "home"
  message: null, // ts of the message that a link points to
  thread: null, // ts of the open thread's first message
  lang: null, // the page's own language, when chosen by hand
  theme: null, // "light" or "dark", when chosen by hand
  phoneOpen: null, // null: as the width allows
  drawerOpen: false,
  arriving: true, // where we stand is not settled yet
  boot: null, // last /ui/bootstrap
  channel: null, // last /ui/channel of the place
  threadView: null,
  unreadFrom: null, // ts above which the "new" line stands, for the place shown
  online: true,
};

const listeners = new Set();
let scheduled = false;

export function onChange(listener) {
  listeners.add(listener);
}

/** Changes the state; the page is redrawn once, in the next frame's microtask. */
export function set(changes) {
  Object.assign(state, changes);
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    for (const listener of listeners) listener(state);
  });
}

export function readAddress() {
  const query = new URLSearchParams(location.search);
  return {
    as: query.get("as"),
    place: query.get("channel"),
    message: query.get("message"),
    thread: query.get("thread"),
    lang: ["it", "en"].includes(query.get("lang")) ? query.get("lang") : null,
    theme: ["light", "dark"].includes(query.get("theme")) ? query.get("theme") : null,
    phoneOpen: query.has("phone") ? query.get("phone") === "1" : null,
  };
}

/** Writes the state into the address; a change of person or place is a step that "Back" undoes. */
export function writeAddress({ step = false } = {}) {
  const query = new URLSearchParams();
  if (state.as) query.set("as", state.as);
  if (state.place) query.set("channel", placeName());
  if (state.message) query.set("message", state.message);
  if (state.thread) query.set("thread", state.thread);
  if (state.lang) query.set("lang", state.lang);
  if (state.theme) query.set("theme", state.theme);
  if (state.phoneOpen !== null) query.set("phone", state.phoneOpen ? "1" : "0");
  const address = `${location.pathname}?${query}`;
  if (address === location.pathname + location.search) return;
  history[step ? "pushState" : "replaceState"](null, "", address);
}

function placeName() {
  const channel = channelById(state.place);
  return channel && channel.kind === "channel" ? channel.name : state.place;
}

export const people = () => state.boot?.people ?? [];
export const channels = () => state.boot?.channels ?? [];
export const me = () => state.boot?.me ?? null;
export const personById = (id) => people().find((person) => person.id === id) ?? null;
export const channelById = (id) => channels().find((channel) => channel.id === id) ?? null;
export const channelByName = (name) => channels().find((channel) => channel.name === name) ?? null;
export const currentChannel = () => (state.place === "home" ? null : channelById(state.place));
/** The conversation with the app. */
export const appChannel = () => channels().find((channel) => channel.kind === "dm") ?? null;
export const app = () => people().find((person) => person.is_bot) ?? null;
export const nameOf = (person) => person?.real_name || person?.name || "?";

/** Changes when any name that a message may show changes. */
export function namesSignature() {
  return people().map((p) => p.id + nameOf(p)).join() + channels().map((c) => c.id + c.name).join();
}
