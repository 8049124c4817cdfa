/** Going about the workspace: who we are, where we are, and fetching what is shown there. */
import * as server from "./server.js";
import { appChannel, channelById, channelByName, channels, people, set, state, writeAddress } from "./store.js";
import { learn } from "./time.js";
import { toastFailure } from "./toast.js";

const listeners = new Set();

const fetchBoot = server.oneAtATime(async () => {
  const as = state.as;
  try {
    const boot = await server.bootstrap(as);
    if (as !== state.as) return;
    if (boot.ok === false) return nobody();
    learn(boot.clock);
    set({ boot, online: true });
    settlePlace();
  } catch (error) {
    if (error.message !== "offline") console.error(error);
    set({ online: false });
  }
});

const fetchChannel = server.oneAtATime(() => fetchConversation("channel", () => null));
const fetchThread = server.oneAtATime(() => fetchConversation("threadView", () => state.thread));

async function fetchConversation(field, threadNow) {
  const { as, place } = state;
  const thread = threadNow();
  if (!as || !place || place === "home" || (field === "threadView" && !thread)) return;
  const still = () => as === state.as && place === state.place && thread === threadNow();
  try {
    const view = await server.channel(as, place, thread);
    if (still()) set({ [field]: view.ok === false ? gone(place, thread) : { ...view, id: place, thread } });
  } catch (error) {
    if (still() && error.message !== "offline") set({ [field]: gone(place, thread) });
  }
}

const gone = (id, thread) => ({ id, thread, missing: true, messages: [] });

/** The address names someone who isn't here: ask again who we are. */
function nobody() {
  server.hush();
  set({ as: null, boot: null, place: null });
  return meet();
}

/** Fetches who there is to be. */
export async function meet() {
  try {
    set({ boot: await server.bootstrap(null), online: true });
  } catch {
    set({ online: false });
    setTimeout(meet, 1500);
  }
}

/** Fetches again what the page shows. */
export async function refresh() {
  await fetchBoot();
  await Promise.all([fetchChannel(), fetchThread()]);
}

/** Fetches what the server says has changed, and nothing else. */
export function hear(changed) {
  fetchBoot();
  if (changed.some((name) => name === `channel:${state.place}`)) {
    fetchChannel();
    fetchThread();
  }
}

function settlePlace() {
  if (state.place === "home") return openHome();
  const place = state.arriving ? arrival() : known(state.place)?.id ?? state.place;
  state.arriving = false;
  if (place !== state.place) {
    set({ place, channel: null, threadView: null, unreadFrom: null });
    fetchChannel();
  }
  writeAddress();
}

/** Whoever arrives on the Home tab has opened it, as whoever goes there: the app draws it when it is opened. */
function openHome() {
  const arriving = homeOf !== state.as;
  homeOf = state.as;
  if (arriving) server.post("home", {}).then(fetchBoot);
}

let homeOf = null; // for whom the Home tab was opened last
const known = (place) => channelById(place) ?? channelByName(place);

/** Where somebody stands on arriving: before what the app wrote to them, else where we were if they are there too. */
function arrival() {
  const here = known(state.place);
  if (appChannel()?.unread) return appChannel().id;
  return (here?.member !== false && here?.id) || (firstChannel()?.id ?? "home");
}

const firstChannel = () => channelByName("general") ?? channels().find((channel) => channel.kind === "channel" && channel.member) ?? appChannel();

/** Becomes someone else; where they stand is settled once it is known what they can see. */
export function become(person) {
  const name = person.name || person.id;
  if (name === state.as) return;
  const here = channelById(state.place);
  const stays = state.as === null || (state.place !== "home" && here && here.kind !== "dm" && !here.is_private);
  set({ as: name, arriving: state.as !== null || !state.place, place: stays ? state.place : null, message: state.as ? null : state.message, thread: null, channel: null, threadView: null, unreadFrom: null, boot: changedPerson(person), drawerOpen: false });
  writeAddress({ step: true });
  attend();
}

/** Until the answer comes, the page already shows who we are. */
function changedPerson(person) {
  return state.boot && { ...state.boot, me: { ...state.boot.me, ...person }, modal: null, home: null, phone: { messages: [], unread: 0, ringing: null } };
}

/** Listens and fetches as the person we are. */
export function attend() {
  server.listen(state.as, { heard: hear, opened: () => { set({ online: true }); refresh(); } });
  refresh();
}

/** Goes to a channel, to the app or to its Home tab; `message` is brought into sight there. */
export function goTo(place, message = null) {
  const target = channelById(place)?.id ?? channelByName(place)?.id ?? place;
  if (target !== state.place) {
    set({ place: target, message, thread: null, channel: null, threadView: null, unreadFrom: null, drawerOpen: false });
    writeAddress({ step: true });
  } else set({ message, drawerOpen: false });
  if (target === "home") server.post("home", {}).then(fetchBoot);
  else fetchChannel();
}

export function openThread(ts) {
  set({ thread: ts, threadView: null });
  writeAddress();
  return fetchThread();
}

export function closeThread() {
  set({ thread: null, threadView: null });
  writeAddress();
}

/** Calls `listener(path, body, answer)` after each gesture. */
export const onGesture = (listener) => listeners.add(listener);

/** Posts a gesture, shows it on `node` as under way, tells the person when it failed, and looks again. */
export async function gesture(path, body, node = null, { quiet = false } = {}) {
  node?.setAttribute("aria-busy", "true");
  const answer = await server.post(path, body);
  node?.removeAttribute("aria-busy");
  for (const listener of listeners) listener(path, body, answer);
  if (answer.ok === false && !answer.errors && (!quiet || answer.error === "offline")) toastFailure(answer.error);
  refresh();
  return answer;
}

/** How the elements of one surface speak to the app. */
export function surface(name, container, form = null, blocksNow = () => []) {
  return {
    name,
    form,
    act: (block, item, fields, node) => {
      if (block.type === "input" && !block.dispatch_action) return Promise.resolve({ ok: true });
      const body = { container, block_id: block.block_id, action_id: item.action_id, value: fields, values: form ? form.values(blocksNow()) : undefined };
      return gesture("act", body, node, { quiet: container.type !== "home" });
    },
    suggest: (block, item, value) => server.post("suggest", { container, view_id: container.view_id, block_id: block.block_id, action_id: item.action_id, value }),
  };
}

export const livingPeople = () => people().filter((person) => !person.deleted && !person.is_bot);
